import { pluralAr } from "@/i18n/plural";
import { isolate } from "@/lib/bidi";

const ar = {
  title: "حصص الرسائل",
  intro: "كم رسالة يرسلها كل عضو، وكم طابورًا يفتح. من تسمح له صلاحياته فلا حد له حتى تحدده، إلا المشرف: ليس له إلا ما تمنحه.",
  members: "الأعضاء",
  nobody: "لا أعضاء في فروعك",
  showLabel: "تصفية الحصص",
  shows: { all: "الكل", empty: "لم يبق لهم شيء", limited: "لهم حصة", unlimited: "بلا حد" },
  noneShown: "لا أحد بهذه التصفية",
  you: "أنت",
  unnamed: "عضو",
  inactive: "موقوف",
  messages: "الرسائل",
  queues: "الطوابير",
  noLimit: "بلا حد",
  neverGranted: "لم يُمنح شيئًا",
  left: (n: number) =>
    pluralAr(n, { zero: "لم يبق شيء", one: "بقي #", two: "بقي #", few: "بقي #", many: "بقي #", other: "بقي #" }),
  usedOf: (used: string, all: string) => `استُخدم ${used} من ${all}`,
  used: (n: string) => `استُخدم ${n}`,
  reserved: (n: number) =>
    pluralAr(n, {
      zero: "لا شيء في الطريق",
      one: "رسالة في الطريق",
      two: "رسالتان في الطريق",
      few: "# رسائل في الطريق",
      many: "# رسالة في الطريق",
      other: "# رسالة في الطريق",
    }),
  change: "تعديل الحصة",
  changeOf: (name: string) => `تعديل حصة ${isolate(name)}`,
  remove: "إزالة الحصة",
  removeOf: (name: string) => `إزالة حصة ${isolate(name)}`,
  more: (name: string) => `خيارات حصة ${isolate(name)}`,
  direction: "ماذا تفعل؟",
  directions: { add: "أضف إلى الحصة", take: "اسحب منها" },
  addMessages: "عدد الرسائل",
  addQueues: "عدد الطوابير",
  leaveEmpty: "اتركه فارغًا ليبقى كما هو",
  after: (text: string) => `يصبح المتاح: ${text}`,
  becomesLimit: "لا حد له الآن. ما تضيفه يصبح حدًّا له.",
  save: "حفظ",
  saved: (name: string) => `عُدّلت حصة ${isolate(name)}`,
  removeHint: "يُسحب كل ما حُدّد له ويعود له حكم دوره: المشرف لا يرسل شيئًا ولا يفتح طابورًا، وغيره بلا حد. ما طُلب إرساله قبل ذلك يُرسل.",
  removed: (name: string) => `أُزيلت حصة ${isolate(name)}`,
};

export default ar;

import { pluralAr } from "@/i18n/plural";
import { isolate } from "@/lib/bidi";

const ar = {
  today: "اليوم",
  hello: (name: string) => `أهلًا ${isolate(name)}`,
  waiting: "ينتظرون",
  serving: "نودوا وعند الطبيب",
  served: "خُدموا اليوم",
  queues: "الطوابير",
  newQueue: "طابور جديد",
  now: "الرقم الحالي",
  nobodyYet: "لم يُنادَ أحد",
  waitingHere: (n: number) =>
    pluralAr(n, {
      zero: "لا أحد ينتظر",
      one: "مريض ينتظر",
      two: "مريضان ينتظران",
      few: "مرضى ينتظرون",
      many: "مريضًا ينتظرون",
      other: "مريض ينتظرون",
    }),
  closed: "مغلق",
  attention: "يحتاج انتباهك",
  failed: (n: number) =>
    pluralAr(n, {
      zero: "لا رسائل متعثرة",
      one: "رسالة لم تصل وتنتظر قرارك",
      two: "رسالتان لم تصلا وتنتظران قرارك",
      few: "# رسائل لم تصل وتنتظر قرارك",
      many: "# رسالة لم تصل وتنتظر قرارك",
      other: "# رسالة لم تصل وتنتظر قرارك",
    }),
  noQueues: "لا توجد طوابير مفتوحة لك",
  noQueuesHint: "اطلب من مدير العيادة أن يفتح طابورًا.",
  stepsTitle: "لنبدأ",
  stepsIntro: "ثلاث خطوات حتى أول رسالة إلى مريض.",
  stepQueue: "افتح طابور طبيب",
  stepQueueHint: "لكل طبيب طابور بأرقامه.",
  stepPatient: "أضف أول مريض",
  stepPatientHint: "الاسم ورقم الجوال يكفيان.",
  stepMessage: "أرسل أول رسالة",
  stepMessageHint: "اختر قالبًا جاهزًا وشاهد ما يصل قبل الإرسال.",
  go: "ابدأ",
  openIt: "افتح الطابور",
  before: "وقبل أول يوم عمل",
  connectNumber: "اربط رقم واتساب",
  inviteTeam: "ادعُ فريقك",
  chooseLook: "اختر لون منشأتك",
  doneStep: "تم",
};

export default ar;

import { pluralAr } from "@/i18n/plural";
import { isolate } from "@/lib/bidi";

const ar = {
  sendTitle: "رسالة إلى المنتظرين",
  choose: "اختر القالب",
  noTemplates: "لا توجد قوالب بعد.",
  paused: "أوقفه واتساب",
  back: "تغيير القالب",
  send: (n: number) =>
    pluralAr(n, {
      zero: "لا أحد يُرسل إليه",
      one: "إرسال رسالة واحدة",
      two: "إرسال رسالتين",
      few: "إرسال # رسائل",
      many: "إرسال # رسالة",
      other: "إرسال # رسالة",
    }),
  willGet: (n: number) =>
    pluralAr(n, {
      zero: "لن تصل أي رسالة",
      one: "سيستلم مريض واحد",
      two: "سيستلم مريضان",
      few: "سيستلم # مرضى",
      many: "سيستلم # مريضًا",
      other: "سيستلم # مريض",
    }),
  skipped: (n: number) =>
    pluralAr(n, {
      zero: "لن يُستثنى أحد",
      one: "يُستثنى مريض واحد",
      two: "يُستثنى مريضان",
      few: "يُستثنى # مرضى",
      many: "يُستثنى # مريضًا",
      other: "يُستثنى # مريض",
    }),
  nobody: "لا أحد ينتظر في هذا الطابور الآن.",
  truncated: "تظهر أول 500 رسالة فقط، وسيُرسل إلى الجميع.",
  left: (n: number) =>
    pluralAr(n, {
      zero: "لم يبق من رصيدك شيء",
      one: "بقيت لك رسالة واحدة",
      two: "بقيت لك رسالتان",
      few: "بقيت لك # رسائل",
      many: "بقيت لك # رسالة",
      other: "بقيت لك # رسالة",
    }),
  asTemplate: "قالب معتمد",
  asText: "نص مباشر",
  progressTitle: "حال الإرسال",
  progress: (done: string, all: string) => `${done} من ${all}`,
  sendingNow: "جارٍ الإرسال…",
  allDone: "اكتمل الإرسال",
  someFailed: (n: number) =>
    pluralAr(n, {
      zero: "لم تتعثر أي رسالة",
      one: "تعثرت رسالة واحدة",
      two: "تعثرت رسالتان",
      few: "تعثرت # رسائل",
      many: "تعثرت # رسالة",
      other: "تعثرت # رسالة",
    }),
  showFailed: "عرض المتعثرة",
  done: "تم",
  failedTitle: "رسائل متعثرة",
  failedIntro: "رسائل لم تصل وتنتظر قرارك: أصلح السبب ثم أعد الإرسال، أو احذفها من القائمة.",
  noneFailed: "لا توجد رسائل متعثرة",
  noneFailedHint: "إذا تعذّر إرسال رسالة ظهرت هنا مع السبب وما يمكن فعله.",
  noneMatch: "لا شيء بهذا السبب",
  allReasons: "كل الأسباب",
  reasonsLabel: "تصفية حسب السبب",
  retry: "أعد الإرسال",
  retryOf: (name: string) => `أعد الإرسال إلى ${isolate(name)}`,
  dismissOf: (name: string) => `احذف رسالة ${isolate(name)} من القائمة`,
  retryAll: "أعد إرسال الكل",
  retried: (n: number) =>
    pluralAr(n, {
      zero: "لم يُعد إرسال شيء",
      one: "أُعيد إرسال رسالة",
      two: "أُعيد إرسال رسالتين",
      few: "أُعيد إرسال # رسائل",
      many: "أُعيد إرسال # رسالة",
      other: "أُعيد إرسال # رسالة",
    }),
  notRetried: (text: string) => `بقي بعضها: ${text}`,
  dismissed: (name: string) => `حُذفت رسالة ${isolate(name)} من القائمة`,
  moreFailed: "يظهر أحدثها فقط؛ «أعد إرسال الكل» يشملها جميعًا.",
  retriedBefore: (n: number) =>
    pluralAr(n, {
      zero: "لم يُعد إرسالها من قبل",
      one: "أُعيد إرسالها مرة",
      two: "أُعيد إرسالها مرتين",
      few: "أُعيد إرسالها # مرات",
      many: "أُعيد إرسالها # مرة",
      other: "أُعيد إرسالها # مرة",
    }),
  reasons: {
    NotReachable: "الرقم ليس على واتساب",
    OptedOut: "طلب إيقاف الرسائل",
    WindowClosed: "أُغلقت نافذة 24 ساعة",
    EcosystemLimit: "حد واتساب للمريض",
    Rejected: "رفضها واتساب",
    TemplatePaused: "القالب موقوف",
    AccountStopped: "حساب واتساب موقوف",
    AttemptsExhausted: "لم تنجح المحاولات",
    OutcomeUnknown: "لا نعلم هل وصلت",
    NotConnected: "واتساب غير متصل",
    TurnOver: "انتهى الدور",
  },
};

export default ar;

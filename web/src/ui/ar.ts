import { pluralAr } from "@/i18n/plural";
import { number } from "@/lib/format";

const ar = {
  product: "دور",
  close: "إغلاق",
  undo: "تراجع",
  retry: "إعادة المحاولة",
  dismiss: "إخفاء",
  optional: "(اختياري)",
  noAnswer: "تعذّر الاتصال. تحقق من الشبكة ثم أعد المحاولة؛ ما كتبته محفوظ.",
  somethingWrong: "حدث خطأ غير متوقع. أعد المحاولة.",
  traceId: "رقم الطلب للدعم:",
  connecting: "جارٍ الاتصال… نعيد المحاولة حتى يعود الخادم.",
  offline: "لا يوجد اتصال بالشبكة. سنحدّث الشاشة فور عودته.",
  notifications: "التنبيهات",
  cancel: "إلغاء",
  pages: "الصفحات",
  newest: "الأحدث",
  newer: "ما بعدها",
  older: "ما قبلها",
  yes: "نعم",
  no: "لا",
  conflict: "غيّر شخص آخر هذا السجل بعد أن فتحته",
  conflictHint: "اختر لكل حقل ما يبقى، ثم احفظ.",
  conflictNone: "ما غيّره لا يمسّ ما كتبته. راجعه ثم احفظ.",
  changedMeanwhile: "غيّره شخص آخر إلى",
  standsNow: "المحفوظ الآن",
  typed: "ما كتبته",
  nothing: "فارغ",
  saveChosen: "احفظ ما اخترته",
  letGo: "اترك ما كتبته",
  minutes: (n: number) =>
    pluralAr(n, { zero: "أقل من دقيقة", one: "دقيقة", two: "دقيقتان", few: "# دقائق", many: "# دقيقة", other: "# دقيقة" }),
  minutesWithin: (n: number) =>
    pluralAr(n, { zero: "أقل من دقيقة", one: "دقيقة", two: "دقيقتين", few: "# دقائق", many: "# دقيقة", other: "# دقيقة" }),
  hoursMinutes: (hours: number, minutes: number) => `${number(hours)} س ${number(minutes)} د`,
  waited: (text: string) => `ينتظر منذ ${text}`,
  status: {
    waiting: "في الانتظار",
    called: "نودي",
    in_service: "عند الطبيب",
    served: "تمت الخدمة",
    no_show: "لم يحضر",
    cancelled: "ملغاة",
  },
  message: {
    queued: "في الطريق",
    sending: "قيد الإرسال",
    unknown: "غير مؤكدة",
    stopped: "أُوقفت",
    sent: "أُرسلت",
    failed: "تعذّر الإرسال",
    delivered: "وصلت",
    read: "قُرئت",
  },
};

export default ar;

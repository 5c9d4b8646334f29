import { pluralAr } from "@/i18n/plural";

const ar = {
  skip: "انتقل إلى المحتوى",
  navigation: "التنقل الرئيسي",
  today: "اليوم",
  queues: "الطوابير",
  failed: "رسائل متعثرة",
  failedCount: (n: number) =>
    pluralAr(n, {
      zero: "لا رسائل متعثرة",
      one: "رسالة متعثرة",
      two: "رسالتان متعثرتان",
      few: "# رسائل متعثرة",
      many: "# رسالة متعثرة",
      other: "# رسالة متعثرة",
    }),
  waitingCount: (n: number) =>
    pluralAr(n, {
      zero: "لا أحد ينتظر",
      one: "مريض ينتظر",
      two: "مريضان ينتظران",
      few: "# مرضى ينتظرون",
      many: "# مريضًا ينتظرون",
      other: "# مريض ينتظرون",
    }),
  account: "حسابي وخيارات العرض",
  preferences: "خيارات العرض",
  language: "اللغة",
  arabic: "العربية",
  english: "English",
  digits: "الأرقام",
  theme: "المظهر",
  themes: { system: "كالجهاز", light: "فاتح", dark: "داكن" },
  signOut: "تسجيل الخروج",
  notFound: "لا توجد صفحة بهذا العنوان",
  notFoundHint: "ربما حُذف ما تبحث عنه أو كُتب العنوان خطأً.",
  backHome: "العودة إلى اليوم",
};

export default ar;

import appAr from "@/app/ar";
import appEn from "@/app/en";
import accountAr from "@/features/account/ar";
import accountEn from "@/features/account/en";
import homeAr from "@/features/home/ar";
import homeEn from "@/features/home/en";
import identityAr from "@/features/identity/ar";
import identityEn from "@/features/identity/en";
import messagingAr from "@/features/messaging/ar";
import messagingEn from "@/features/messaging/en";
import platformAr from "@/features/platform/ar";
import platformEn from "@/features/platform/en";
import queuesAr from "@/features/queues/ar";
import queuesEn from "@/features/queues/en";
import uiAr from "@/ui/ar";
import uiEn from "@/ui/en";

/** What stands on the screen, so that one test reads it in both languages. */
export const words = {
  ar: { account: accountAr, app: appAr, home: homeAr, identity: identityAr, messaging: messagingAr, platform: platformAr, queues: queuesAr, ui: uiAr },
  en: { account: accountEn, app: appEn, home: homeEn, identity: identityEn, messaging: messagingEn, platform: platformEn, queues: queuesEn, ui: uiEn },
};

/** What the people are called. */
export const people = {
  ar: { clinic: "عيادة النور", owner: "سارة العتيبي", doctor: "د. أحمد الزهراني", patients: ["محمد القحطاني", "نورة الشهري", "عبدالرحمن بن عبدالعزيز آل سعود الدوسري"], template: "اقتراب الدور" },
  en: { clinic: "Al Noor Clinic", owner: "Sara Otaibi", doctor: "Dr Ahmad Zahrani", patients: ["Mohammed Qahtani", "Noura Shehri", "Abdulrahman bin Abdulaziz Al Dossary"], template: "Turn is near" },
};

import appAr from "@/app/ar";
import appEn from "@/app/en";
import homeAr from "@/features/home/ar";
import homeEn from "@/features/home/en";
import identityAr from "@/features/identity/ar";
import identityEn from "@/features/identity/en";
import importsAr from "@/features/imports/ar";
import importsEn from "@/features/imports/en";
import messagingAr from "@/features/messaging/ar";
import messagingEn from "@/features/messaging/en";
import queuesAr from "@/features/queues/ar";
import queuesEn from "@/features/queues/en";
import uiAr from "@/ui/ar";
import uiEn from "@/ui/en";

/** What stands on the screen, so that one test reads it in both languages. */
export const words = {
  ar: { app: appAr, home: homeAr, identity: identityAr, imports: importsAr, messaging: messagingAr, queues: queuesAr, ui: uiAr },
  en: { app: appEn, home: homeEn, identity: identityEn, imports: importsEn, messaging: messagingEn, queues: queuesEn, ui: uiEn },
};

/** What the people are called. */
export const people = {
  ar: { clinic: "عيادة النور", owner: "سارة العتيبي", doctor: "د. أحمد الزهراني", patients: ["محمد القحطاني", "نورة الشهري", "عبدالرحمن بن عبدالعزيز آل سعود الدوسري"], template: "اقتراب الدور" },
  en: { clinic: "Al Noor Clinic", owner: "Sara Otaibi", doctor: "Dr Ahmad Zahrani", patients: ["Mohammed Qahtani", "Noura Shehri", "Abdulrahman bin Abdulaziz Al Dossary"], template: "Turn is near" },
};

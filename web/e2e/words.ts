import appAr from "@/app/ar";
import appEn from "@/app/en";
import accountAr from "@/features/account/ar";
import accountEn from "@/features/account/en";
import auditAr from "@/features/audit/ar";
import auditEn from "@/features/audit/en";
import clinicsAr from "@/features/clinics/ar";
import clinicsEn from "@/features/clinics/en";
import homeAr from "@/features/home/ar";
import homeEn from "@/features/home/en";
import identityAr from "@/features/identity/ar";
import identityEn from "@/features/identity/en";
import importsAr from "@/features/imports/ar";
import importsEn from "@/features/imports/en";
import membersAr from "@/features/members/ar";
import membersEn from "@/features/members/en";
import messagingAr from "@/features/messaging/ar";
import messagingEn from "@/features/messaging/en";
import templatesAr from "@/features/messaging/templates/ar";
import templatesEn from "@/features/messaging/templates/en";
import patientsAr from "@/features/patients/ar";
import patientsEn from "@/features/patients/en";
import platformAr from "@/features/platform/ar";
import platformEn from "@/features/platform/en";
import queuesAr from "@/features/queues/ar";
import queuesEn from "@/features/queues/en";
import quotasAr from "@/features/quotas/ar";
import quotasEn from "@/features/quotas/en";
import whatsappAr from "@/features/whatsapp/ar";
import whatsappEn from "@/features/whatsapp/en";
import uiAr from "@/ui/ar";
import uiEn from "@/ui/en";

/** What stands on the screen, so that one test reads it in both languages. */
export const words = {
  ar: {
    account: accountAr,
    app: appAr,
    audit: auditAr,
    clinics: clinicsAr,
    home: homeAr,
    identity: identityAr,
    imports: importsAr,
    members: membersAr,
    messaging: messagingAr,
    patients: patientsAr,
    platform: platformAr,
    queues: queuesAr,
    quotas: quotasAr,
    templates: templatesAr,
    ui: uiAr,
    whatsapp: whatsappAr,
  },
  en: {
    account: accountEn,
    app: appEn,
    audit: auditEn,
    clinics: clinicsEn,
    home: homeEn,
    identity: identityEn,
    imports: importsEn,
    members: membersEn,
    messaging: messagingEn,
    patients: patientsEn,
    platform: platformEn,
    queues: queuesEn,
    quotas: quotasEn,
    templates: templatesEn,
    ui: uiEn,
    whatsapp: whatsappEn,
  },
};

/** What the people are called. */
export const people = {
  ar: { clinic: "عيادة النور", owner: "سارة العتيبي", doctor: "د. أحمد الزهراني", patients: ["محمد القحطاني", "نورة الشهري", "عبدالرحمن بن عبدالعزيز آل سعود الدوسري"], template: "اقتراب الدور" },
  en: { clinic: "Al Noor Clinic", owner: "Sara Otaibi", doctor: "Dr Ahmad Zahrani", patients: ["Mohammed Qahtani", "Noura Shehri", "Abdulrahman bin Abdulaziz Al Dossary"], template: "Turn is near" },
};

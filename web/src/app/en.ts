import { pluralEn } from "@/i18n/plural";
import type { Texts } from "@/i18n/texts";

import type ar from "./ar";

const en = {
  skip: "Skip to content",
  navigation: "Main navigation",
  queues: "Queues",
  more: "More",
  places: {
    today: "Today",
    patients: "Patients",
    messages: "Messages",
    failed: "Failed messages",
    templates: "Templates",
    settings: "Settings",
    security: "My account and its security",
    members: "Team",
    roles: "Roles and permissions",
    tenant: "Organisation",
    look: "Look",
    clinics: "Branches and holidays",
    whatsapp: "WhatsApp connection",
    quotas: "Message quotas",
    audit: "Audit trail",
    stays: "Support visits",
    tenants: "Tenants",
    elevations: "Stays",
    deadLetters: "Dead letters",
  },
  groups: {
    own: "My account",
    people: "People",
    clinic: "Organisation",
    messaging: "Messaging",
    oversight: "Oversight",
    platform: "Running the platform",
  },
  settingsIntro: "What is set once, and looked at when it is needed.",
  failedCount: (n: number) =>
    pluralEn(n, { zero: "No failed messages", one: "# failed message", other: "# failed messages" }),
  waitingCount: (n: number) => pluralEn(n, { zero: "Nobody waits", one: "# patient waits", other: "# patients wait" }),
  where: "Where you work",
  clinic: "Branch",
  allClinics: "All my branches",
  ownRoleThere: "You have another role there",
  organisation: "Organisation",
  suspended: "Suspended for now",
  account: "My account and display",
  preferences: "Display",
  language: "Language",
  arabic: "العربية",
  english: "English",
  digits: "Digits",
  theme: "Colours",
  themes: { system: "As the device", light: "Light", dark: "Dark" },
  signOut: "Sign out",
  notFound: "There is no page at this address",
  notFoundHint: "What you look for may be gone, or the address was mistyped.",
  backHome: "Back to today",
} satisfies Texts<typeof ar>;

export default en;

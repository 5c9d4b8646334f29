import { Area } from "@/i18n/texts";

/** The audit trail, and who of the platform came to help. */
export const audit = new Area({ ar: () => import("./ar"), en: () => import("./en") });

import { Area } from "@/i18n/texts";

/** The organisation, its look and its branches. */
export const clinics = new Area({ ar: () => import("./ar"), en: () => import("./en") });

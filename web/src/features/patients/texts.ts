import { Area } from "@/i18n/texts";

export const patients = new Area({ ar: () => import("./ar"), en: () => import("./en") });

import { Area } from "@/i18n/texts";

export const members = new Area({ ar: () => import("./ar"), en: () => import("./en") });

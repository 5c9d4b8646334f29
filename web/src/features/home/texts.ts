import { Area } from "@/i18n/texts";

export const home = new Area({ ar: () => import("./ar"), en: () => import("./en") });

import { Area } from "@/i18n/texts";

export const templates = new Area({ ar: () => import("./ar"), en: () => import("./en") });

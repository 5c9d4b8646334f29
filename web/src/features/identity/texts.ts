import { Area } from "@/i18n/texts";

export const identity = new Area({ ar: () => import("./ar"), en: () => import("./en") });

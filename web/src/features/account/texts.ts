import { Area } from "@/i18n/texts";

export const account = new Area({ ar: () => import("./ar"), en: () => import("./en") });

import { Area } from "@/i18n/texts";

export const platform = new Area({ ar: () => import("./ar"), en: () => import("./en") });

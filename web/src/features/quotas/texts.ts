import { Area } from "@/i18n/texts";

export const quotas = new Area({ ar: () => import("./ar"), en: () => import("./en") });

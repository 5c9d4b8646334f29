import { Area } from "@/i18n/texts";

export const messaging = new Area({ ar: () => import("./ar"), en: () => import("./en") });

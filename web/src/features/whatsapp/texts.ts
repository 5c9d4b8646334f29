import { Area } from "@/i18n/texts";

export const whatsapp = new Area({ ar: () => import("./ar"), en: () => import("./en") });

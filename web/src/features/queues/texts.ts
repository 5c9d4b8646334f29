import { Area } from "@/i18n/texts";

export const queues = new Area({ ar: () => import("./ar"), en: () => import("./en") });

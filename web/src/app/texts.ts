import { Area } from "@/i18n/texts";

/** The frame around every page. */
export const app = new Area({ ar: () => import("./ar"), en: () => import("./en") });

import { Area } from "@/i18n/texts";

/** Words that are the same everywhere. */
export const common = new Area({ ar: () => import("./ar"), en: () => import("./en") });

import { Area } from "@/i18n/texts";

export const imports = new Area({ ar: () => import("./ar"), en: () => import("./en") });

import type { ReactNode } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";

import { useLanguage } from "@/i18n/texts";

/** Around whatever React Aria draws: its own words and its direction are those of the app. */
export function Aria({ children }: { children: ReactNode }) {
  return <I18nProvider locale={useLanguage() === "ar" ? "ar-AE" : "en-US"}>{children}</I18nProvider>;
}

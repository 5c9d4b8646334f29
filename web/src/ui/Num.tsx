import { useLanguage } from "@/i18n/texts";
import { number } from "@/lib/format";

import { cx } from "./cx";

/** A number in the digits that were chosen. */
export function Num({ of, className }: { of: number; className?: string }) {
  useLanguage();
  return <span className={cx("numerals", className)}>{number(of)}</span>;
}

import type { LucideIcon } from "lucide-react";

import { cx } from "./cx";

/** Arrows and what points along the line of reading. Clocks, ticks, phones and digits are the same in every script. */
interface IconProps {
  of: LucideIcon;
  /** Whether it points along the line of reading, and so the other way from right to left. */
  mirror?: boolean;
  className?: string;
}

/** A picture beside words. It says nothing by itself. */
export function Icon({ of: Drawing, mirror, className }: IconProps) {
  return <Drawing aria-hidden className={cx(!className?.includes("size-") && "size-5", "shrink-0", mirror && "rtl:-scale-x-100", className)} strokeWidth={1.75} />;
}

import { useSyncExternalStore, type ReactNode } from "react";

import { useTexts } from "@/i18n/texts";
import { inOrder } from "@/lib/bidi";
import { minutesSince, moment } from "@/lib/format";
import { grouped } from "@/lib/phone";

import { cx } from "./cx";
import { common } from "./texts";

/** A datum of unknown script: a name, a title. It moves nothing beside it. */
export function Bdi({ children, className }: { children: ReactNode; className?: string }) {
  return <bdi className={className}>{children}</bdi>;
}

/** Numbers of files, times, codes, addresses: left to right in every sentence. */
export function Ltr({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <bdi dir="ltr" className={cx("numerals", className)}>
      {typeof children === "string" ? inOrder(children) : children}
    </bdi>
  );
}

export function Phone({ of, className }: { of: string; className?: string }) {
  return <Ltr className={className}>{grouped(of)}</Ltr>;
}

/** When something was, in the clinic's time. */
export function When({ at }: { at: string }) {
  return <time dateTime={at}>{moment(at)}</time>;
}

let minute = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function everyMinute(listener: () => void): () => void {
  // While nobody asked it stood still.
  if (listeners.size === 0) minute = Date.now();
  timer ??= setInterval(() => {
    minute = Date.now();
    for (const one of listeners) one();
  }, 15_000);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, as often as what is said in minutes needs it. */
export function useNow(): number {
  return useSyncExternalStore(everyMinute, () => minute);
}

/** Minutes in words: within a sentence, after a word that Arabic bends them for, or alone. */
export function useDuration(stands: "within" | "alone" = "within"): (minutes: number) => string {
  const t = useTexts(common);
  const few = stands === "alone" ? t.minutes : t.minutesWithin;
  return (minutes) => (minutes < 90 ? few(minutes) : t.hoursMinutes(Math.floor(minutes / 60), minutes % 60));
}

/** How long somebody has waited: amber, then brick, with the minutes. */
export function Wait({ since, long = 30 }: { since: string; long?: number }) {
  const t = useTexts(common);
  const minutes = minutesSince(since, useNow());
  const text = useDuration()(minutes);
  const colour = minutes >= long * 2 ? "text-bad font-medium" : minutes >= long ? "text-warn font-medium" : "text-muted";
  return <span className={cx("numerals text-sm", colour)}>{t.waited(text)}</span>;
}

import type ar from "./ar";

interface Option {
  value: string;
  label: string;
}

type Words = Pick<typeof ar, "years" | "dayCount" | "hourCount" | "minuteCount">;

/** Choices for a length of time, with the one that stands where it is none of them. */
function options(usual: number[], stands: number, said: (n: number) => string): Option[] {
  const all = [...new Set([...usual, stands])].sort((a, b) => a - b);
  return all.map((n) => ({ value: String(n), label: said(n) }));
}

const YEAR = 365;

export function sayDays(n: number, t: Words): string {
  return n % YEAR === 0 ? t.years(n / YEAR) : t.dayCount(n);
}

export function sayMinutes(n: number, t: Words): string {
  if (n % 1440 === 0) return t.dayCount(n / 1440);
  return n % 60 === 0 ? t.hourCount(n / 60) : t.minuteCount(n);
}

/** For how long the trail is kept: one to ten years. */
export const days = (stands: number, t: Words) =>
  options([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((years) => years * YEAR), stands, (n) => sayDays(n, t));

/** After how long a session ends that nobody uses: five minutes to thirty days. */
export const idle = (stands: number, t: Words) =>
  options([5, 15, 30, 60, 240, 480, 720, 1440, 4320, 10_080, 20_160, 43_200], stands, (n) => sayMinutes(n, t));

/** After how long any session ends: an hour to ninety days. */
export const absolute = (stands: number, t: Words) =>
  options([1, 4, 8, 12, 24, 72, 168, 336, 720, 1440, 2160], stands, (n) => sayMinutes(n * 60, t));

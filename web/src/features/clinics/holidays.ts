import { calendarDay, dateIn, hijriDay } from "@/lib/format";

/** A day, or the days from one to another: `2026-09-23` or `2026-03-20/2026-03-24`, as the API writes them. */
interface Span {
  first: string;
  /** The same as the first one for a single day. */
  last: string;
}

export function spanOf(holiday: string): Span {
  const [first = "", last = first] = holiday.split("/");
  return { first, last };
}

export const holidayOf = ({ first, last }: Span): string => (last === "" || last === first ? first : `${first}/${last}`);

/** The clinic's own day. */
export const today = () => dateIn(0);

export const isPast = (holiday: string, now: string): boolean => spanOf(holiday).last < now;

/** How many days it takes. */
export function lengthOf(holiday: string): number {
  const { first, last } = spanOf(holiday);
  return Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;
}

type Join = (first: string, last: string) => string;

export function sayHoliday(holiday: string, join: Join): string {
  const { first, last } = spanOf(holiday);
  return first === last ? calendarDay(first) : join(calendarDay(first), calendarDay(last));
}

export function sayHijri(holiday: string, join: Join): string {
  const { first, last } = spanOf(holiday);
  return first === last ? hijriDay(first) : join(hijriDay(first), hijriDay(last));
}

/** What keeps a holiday from being put among the others. */
export function faultOf({ first, last }: Span, others: string[]): "noDay" | "backwards" | "twice" | undefined {
  if (first === "") return "noDay";
  if (last !== "" && last < first) return "backwards";
  return others.includes(holidayOf({ first, last })) ? "twice" : undefined;
}

/** In the order of the calendar, which is that of the API. */
export const inOrder = (holidays: string[]): string[] => [...new Set(holidays)].sort();

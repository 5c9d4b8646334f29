/** The one place that asks Intl. Digits, calendar and the clinic's zone are always named: browsers' defaults differ. */

import { preferences, type Language } from "@/i18n/preferences";

let region = "SA";
let zone = "Asia/Riyadh";

/** Says in which country and time zone the clinic is. */
export function place(at: { region: string; timezone: string }): void {
  region = at.region;
  zone = at.timezone;
  made.clear();
}

const made = new Map<string, unknown>();

function tag(): string {
  const { language, digits } = preferences();
  return `${language}-${region}-u-nu-${language === "ar" ? digits : "latn"}-ca-gregory`;
}

function cached<T>(name: string, make: (locale: string) => T): T {
  const locale = tag();
  const key = `${name} ${locale} ${zone}`;
  const known = made.get(key);
  if (known) return known as T;
  const fresh = make(locale);
  made.set(key, fresh);
  return fresh;
}

export function number(n: number): string {
  return cached("number", (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })).format(n);
}

/** The time of day in the clinic. */
export function time(instant: string | number): string {
  const options = { hour: "numeric", minute: "2-digit", timeZone: zone } as const;
  return cached("time", (locale) => new Intl.DateTimeFormat(locale, options)).format(new Date(instant));
}

/** The day, as a heading. */
export function day(instant: string | number): string {
  const options = { weekday: "long", day: "numeric", month: "long", timeZone: zone } as const;
  return cached("day", (locale) => new Intl.DateTimeFormat(locale, options)).format(new Date(instant));
}

/** A day with its year; with the Hijri one beside it for whoever wishes. */
export function date(instant: string | number): string {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: zone } as const;
  const gregorian = cached("date", (locale) => new Intl.DateTimeFormat(locale, options)).format(new Date(instant));
  return preferences().hijri ? `${gregorian} · ${hijri(instant)}` : gregorian;
}

/** The day in the Hijri calendar of Umm al-Qura. */
export function hijri(instant: string | number): string {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: zone } as const;
  const make = (locale: string) =>
    new Intl.DateTimeFormat(locale.replace("ca-gregory", "ca-islamic-umalqura"), options);
  return cached("hijri", make).format(new Date(instant));
}

/** A date without a time, `2026-11-28`, as it stands in calendars: the same day in every zone. */
export function calendarDay(date: string): string {
  const options = { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return cached("calendar", (locale) => new Intl.DateTimeFormat(locale, options)).format(new Date(date));
}

/** The same in the Hijri calendar of Umm al-Qura. */
export function hijriDay(date: string): string {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  const make = (locale: string) => new Intl.DateTimeFormat(locale.replace("ca-gregory", "ca-islamic-umalqura"), options);
  return cached("hijri day", make).format(new Date(date));
}

/** When something was, to the second: what is told of it may have to hold before a court. */
export function exactly(instant: string): string {
  const options = { dateStyle: "medium", timeStyle: "medium", timeZone: zone } as const;
  return cached("exactly", (locale) => new Intl.DateTimeFormat(locale, options)).format(new Date(instant));
}

/** When something was: the time today, else the day with it. */
export function moment(instant: string, now = Date.now()): string {
  const then = new Date(instant);
  const sameDay = day(instant) === day(now) && Math.abs(now - then.getTime()) < 86_400_000;
  if (sameDay) return time(instant);
  const options = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit", timeZone: zone } as const;
  return cached("moment", (locale) => new Intl.DateTimeFormat(locale, options)).format(then);
}

/** The parts of an instant in the clinic, as numbers. */
function clock(instant: number): Record<"year" | "month" | "day" | "hour" | "minute" | "second", number> {
  const options = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
    timeZone: zone,
  } as const;
  const format = cached("clock", () => new Intl.DateTimeFormat("en-US-u-nu-latn-ca-gregory", options));
  const parts = format.formatToParts(new Date(instant)).map(({ type, value }) => [type, Number(value)]);
  return Object.fromEntries(parts) as ReturnType<typeof clock>;
}

const DAY = 86_400_000;

/** The clinic's date so many days from now, as `2026-11-28`. */
export function dateIn(days: number, now = Date.now()): string {
  const { year, month, day } = clock(now);
  return new Date(Date.UTC(year, month - 1, day) + days * DAY).toISOString().slice(0, 10);
}

/** The instant at which a date of the clinic begins; none of what is no date. */
export function beginning(date: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const wanted = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(wanted)) return undefined;
  const ahead = (at: number) => {
    const { year, month, day, hour, minute, second } = clock(at);
    return Date.UTC(year, month - 1, day, hour, minute, second) - at;
  };
  // Once more with what is ahead there: clocks may be changed in the meantime.
  const about = wanted - ahead(wanted);
  return new Date(wanted - ahead(about)).toISOString();
}

/** A language's name in the language that is shown, by its code at Meta: `en_US`. */
export function language(code: string): string {
  return cached("language", (locale) => new Intl.DisplayNames(locale, { type: "language" })).of(code.replace("_", "-")) ?? code;
}

export function list(items: string[]): string {
  return cached("list", (locale) => new Intl.ListFormat(locale, { type: "conjunction" })).format(items);
}

const plurals = new Map<Language, Intl.PluralRules>();

export function pluralOf(language: Language, n: number): Intl.LDMLPluralRule {
  const rules = plurals.get(language) ?? new Intl.PluralRules(language);
  plurals.set(language, rules);
  return rules.select(n);
}

/** Whole minutes since an instant. */
export function minutesSince(instant: string, now = Date.now()): number {
  return Math.max(0, Math.floor((now - new Date(instant).getTime()) / 60_000));
}

/** The time zone of this device, if it says one. */
export function deviceZone(): string | undefined {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** All time zones that this browser knows. */
export function zones(): string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** The country's name in the language that is shown. */
export function country(code: string): string {
  return cached("country", (locale) => new Intl.DisplayNames(locale, { type: "region" })).of(code) ?? code;
}

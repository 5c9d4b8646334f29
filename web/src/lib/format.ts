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

export function percent(share: number): string {
  return cached("percent", (locale) => new Intl.NumberFormat(locale, { style: "percent" })).format(share);
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

/** When something was: the time today, else the day with it. */
export function moment(instant: string, now = Date.now()): string {
  const then = new Date(instant);
  const sameDay = day(instant) === day(now) && Math.abs(now - then.getTime()) < 86_400_000;
  if (sameDay) return time(instant);
  const options = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit", timeZone: zone } as const;
  return cached("moment", (locale) => new Intl.DateTimeFormat(locale, options)).format(then);
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

/** The country's name in the language that is shown. */
export function country(code: string): string {
  return cached("country", (locale) => new Intl.DisplayNames(locale, { type: "region" })).of(code) ?? code;
}

import { beforeEach, describe, expect, test } from "vitest";

import { prefer } from "@/i18n/preferences";
import { pluralAr, pluralEn } from "@/i18n/plural";
import uiAr from "@/ui/ar";
import { isolate, ltr } from "@/lib/bidi";
import { digitsOf, folded, wholeNumber } from "@/lib/digits";
import { date, day, hijri, minutesSince, moment, number, place, time } from "@/lib/format";
import { grouped, mayBePhone } from "@/lib/phone";

const AT = "2026-11-28T10:05:00Z";
/** Intl puts marks and narrow spaces into times, differently by version. */
const plain = (text: string) => text.replace(/[\u200e\u200f\u061c]/g, "").replace(/[\u00a0\u202f]/g, " ");

beforeEach(() => {
  place({ region: "SA", timezone: "Asia/Riyadh" });
  prefer({ language: "ar", digits: "latn", hijri: false });
});

describe("formats", () => {
  test("digits are those that were chosen, whatever the country's are", () => {
    expect(number(1234)).toBe("1,234");
    prefer({ digits: "arab" });
    expect(number(17)).toBe("١٧");
    prefer({ language: "en" });
    expect(number(17)).toBe("17");
  });

  test("times are the clinic's", () => {
    expect(plain(time(AT))).toBe("1:05 م");
    place({ region: "MA", timezone: "Africa/Casablanca" });
    expect(plain(time(AT))).toContain("11:05");
    prefer({ language: "en" });
    place({ region: "SA", timezone: "Asia/Riyadh" });
    expect(plain(time(AT)).toLowerCase()).toBe("1:05 pm");
  });

  test("days are Gregorian, with the months that the country uses", () => {
    expect(day(AT)).toContain("28 نوفمبر");
    place({ region: "JO", timezone: "Asia/Amman" });
    expect(day(AT)).toContain("تشرين الثاني");
  });

  test("Hijri days are those of Umm al-Qura", () => {
    expect(hijri(AT)).toContain("18 جمادى الآخرة 1448");
  });

  test("dates have the Hijri one beside them for whoever wishes", () => {
    expect(date(AT)).toBe("28 نوفمبر 2026");
    prefer({ hijri: true });
    expect(date(AT)).toContain("28 نوفمبر 2026 · 18 جمادى الآخرة 1448");
  });

  test("what was today needs no day", () => {
    expect(plain(moment(AT, Date.parse(AT) + 3_600_000))).toBe("1:05 م");
    expect(moment(AT, Date.parse(AT) + 86_400_000)).toContain("28");
  });

  test("minutes are whole and never below none", () => {
    expect(minutesSince(AT, Date.parse(AT) + 119_000)).toBe(1);
    expect(minutesSince(AT, Date.parse(AT) - 5_000)).toBe(0);
  });
});

describe("plurals", () => {
  const arabic = { zero: "0", one: "1", two: "2", few: "# few", many: "# many", other: "# other" };

  test("Arabic has six forms", () => {
    const forms = [0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 111].map((n) => pluralAr(n, arabic));
    expect(forms).toEqual(["0", "1", "2", "3 few", "10 few", "11 many", "99 many", "100 other", "102 other", "103 few", "111 many"]);
  });

  test("English has two, and what is said of none", () => {
    const english = { zero: "nobody", one: "# patient", other: "# patients" };
    expect([0, 1, 2].map((n) => pluralEn(n, english))).toEqual(["nobody", "1 patient", "2 patients"]);
    expect(pluralEn(0, { one: "# a", other: "# b" })).toBe("0 b");
  });
});

describe("digits", () => {
  test("those of Arabic and Persian keyboards are folded", () => {
    expect(folded("٠٥٠ ۱۲۳ 4٥6")).toBe("050 123 456");
    expect(digitsOf("+٩٦٦ (50) ۱")).toBe("966501");
  });

  test("a whole number is one in any script, and nothing else is", () => {
    expect(["١٢", " 7 ", "0"].map(wholeNumber)).toEqual([12, 7, 0]);
    expect(["", "1.5", "-1", "أ", "99999999999"].map(wholeNumber)).toEqual(Array(5).fill(undefined));
  });
});

describe("phones", () => {
  test("who searches may mean one", () => {
    for (const phone of ["٠٥٠ ١٢٣ ٤٥٦٧", "+966 50-123-4567", "0501234"]) expect(mayBePhone(phone), phone).toBe(true);
    for (const other of ["محمد", "123456", "A-1234567"]) expect(mayBePhone(other), other).toBe(false);
  });

  test("are read in groups, and what is masked stays", () => {
    expect(grouped("+966501234567")).toBe("+966 50 123 4567");
    expect(grouped("+971501234567")).toBe("+971 501 234 567");
    expect(grouped("•••••4567")).toBe("•••••4567");
  });
});

test("data are isolated", () => {
  expect(isolate("John (VIP) - 3")).toBe("\u2068John (VIP) - 3\u2069");
  expect(ltr("+966")).toBe("\u2066+966\u2069");
  // A blank between two groups of Arabic digits would swap them.
  expect(ltr("٠٥٠ ١٢٣ ٤٥٦٧")).toBe("\u2066٠٥٠\u200e \u200e١٢٣\u200e \u200e٤٥٦٧\u2069");
  expect(ltr("+966 50 123")).toBe("\u2066+966 50 123\u2069");
});

test("two minutes are bent within a sentence, and stand as they are alone", () => {
  expect([uiAr.minutesWithin(2), uiAr.minutes(2)]).toEqual(["دقيقتين", "دقيقتان"]);
});

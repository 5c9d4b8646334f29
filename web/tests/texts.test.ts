// @vitest-environment node
import { describe, expect, test } from "vitest";

import { inOrder } from "@/lib/bidi";

import { sources } from "./files";

type Catalogue = Record<string, unknown>;

const catalogues = import.meta.glob<{ default: Catalogue }>("../src/**/{ar,en}.ts", { eager: true });
const folders = [...new Set(Object.keys(catalogues).map((path) => path.replace(/\/(ar|en)\.ts$/, "")))];
const of = (folder: string, language: "ar" | "en") => catalogues[`${folder}/${language}.ts`]?.default ?? {};

/** `status.waiting` and the like, each with its text or what makes it. */
function leaves(texts: Catalogue, at = ""): [string, unknown][] {
  return Object.entries(texts).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null ? leaves(value as Catalogue, `${at}${key}.`) : [[at + key, value]],
  );
}

function parameters(make: object): string[] {
  return (/\(([^)]*)\)/.exec(String(make))?.[1] ?? "").split(",").map((one) => one.trim());
}

const NUMBERS = ["n", "place", "hours", "minutes"];

/** A text, with samples in the place of what it names. */
function said(value: unknown): string {
  if (typeof value !== "function") return String(value);
  const samples = parameters(value).map((name) => (NUMBERS.includes(name) ? 3 : "x"));
  return String((value as (...all: unknown[]) => unknown)(...samples));
}

const ARABIC = /[\u0600-\u06ff]/;
/** The name of the other language is written in that one. */
const FOREIGN = ["english", "arabic", "language"];

describe.each(folders)("%s", (folder) => {
  test("has the same texts in both languages", () => {
    expect(leaves(of(folder, "en")).map(([key]) => key)).toEqual(leaves(of(folder, "ar")).map(([key]) => key));
  });

  test("is Arabic in Arabic and English in English", () => {
    for (const [key, value] of leaves(of(folder, "ar"))) {
      if (!FOREIGN.includes(key) && /\p{L}{3}/u.test(said(value))) expect(said(value), key).toMatch(ARABIC);
    }
    for (const [key, value] of leaves(of(folder, "en"))) {
      if (!FOREIGN.includes(key)) expect(said(value).replaceAll(inOrder("٠٥٠ ١٢٣ ٤٥٦٧"), ""), key).not.toMatch(ARABIC);
    }
  });

  test("isolates every name within a sentence", () => {
    for (const language of ["ar", "en"] as const) {
      for (const [key, value] of leaves(of(folder, language))) {
        if (typeof value !== "function") continue;
        const source = value.toString();
        for (const one of parameters(value).filter((one) => ["name", "clinic", "room"].includes(one))) {
          expect(source, `${language} ${key}`).toMatch(new RegExp(`isolate\\)?\\(${one}\\)`));
        }
      }
    }
  });

  test("says nothing that nobody asks for", () => {
    const code = sources(".tsx", ".ts")
      .filter(({ path }) => !/(^|\/)(ar|en|generated)\.ts$/.test(path))
      .map(({ text }) => text)
      .join("\n");
    const unused = leaves(of(folder, "ar")).filter(([key]) => {
      const [first = "", ...rest] = key.split(".");
      // A group of texts is asked for by what it is about.
      const used = rest.length > 0 ? new RegExp(`\\b${first}\\b[\\[.]|\\{ ${first} \\}`) : new RegExp(`\\.${first}\\b|\\{ ${first} \\}`);
      return !used.test(code);
    });
    expect(unused.map(([key]) => key)).toEqual([]);
  });
});

/** What a thing is called in Arabic, and what it is called nowhere. */
const WORDS: [string, RegExp][] = [
  // A branch has a telephone; people carry theirs.
  ["جوال", /هواتف|هاتفك|على هاتفه|ضاع هاتفه|الهاتف/],
  ["Meta", /ميتا/],
  ["التحقق بخطوتين", /رمز(ًا)? ثان|الرمز الثاني/],
  ["رموز الاسترداد", /رموز الاستعادة/],
  ["تطبيق المصادقة", /تطبيق (ال)?رموز/],
  ["إيقاف المنشأة", /تعليق المنشأة|تفعيل المنشأة/],
  ["الباقة", /اشتراك(?!ات)|خططها/],
  ["حصة", /رصيد/],
  ["المهام المتعثرة", /(طابور متعثر|الطوابير المتعثرة|العالقة|إعادة (ال)?تشغيل)/],
  ["زيارات الدعم", /الدعم الفني/],
  ["الاسم المختصر", /الاسم في العناوين/],
  ["قالب الإشعار", /قالب التنبيه/],
  ["سحب الدعوة", /إلغاء (ال)?دعوة|أُلغيت الدعوة/],
  ["الحالة", /حسب الحال$|^كل الأحوال|^حال /],
  ["استخدام", /استعم/],
  ["إزالة التصفية", /إلغاء التصفية|ألغِ التصفية/],
];

test("one thing has one name in Arabic", () => {
  const wrong = folders.flatMap((folder) =>
    leaves(of(folder, "ar")).flatMap(([key, value]) => {
      const text = typeof value === "function" ? value.toString() : String(value);
      return WORDS.filter(([, other]) => other.test(text)).map(([word]) => `${folder} ${key}: ${word}`);
    }),
  );
  expect(wrong).toEqual([]);
});

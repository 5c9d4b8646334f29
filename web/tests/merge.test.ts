import { expect, test } from "vitest";

import { differences, merge } from "@/lib/merge";

const read = { name: "النور", days: ["friday"], phone: null as string | null };

test("what was left alone here is what stands now", () => {
  const now = { ...read, days: ["friday", "saturday"] };
  expect(merge(read, now, { ...read, name: "الشفاء" })).toEqual({ values: { ...now, name: "الشفاء" }, clashes: [] });
});

test("what both changed is asked, unless both meant the same", () => {
  const now = { ...read, name: "الأمل", phone: "+966112345678" };
  const typed = { ...read, name: "الشفاء", phone: "+966112345678" };
  expect(merge(read, now, typed)).toEqual({ values: typed, clashes: ["name"] });
});

test("only what differs is sent, lists by what is in them", () => {
  expect(differences(read, { ...read, days: ["friday"] })).toEqual({});
  expect(differences(read, { ...read, days: [] })).toEqual({ days: [] });
});

import { beforeEach, describe, expect, test } from "vitest";

import type { TemplateView, VariableName } from "@/api/generated";
import { draftOf } from "@/features/messaging/templates/draft";
import { found } from "@/features/messaging/find";
import { asked, changed, STATUSES, whenOf } from "@/features/messaging/log";
import { batchMessagesQuery, filled as page } from "@/features/messaging/queries";
import { byReason } from "@/features/messaging/Skipped";
import { filled, flaw, inNames, inWords, named, oneLine } from "@/features/messaging/templates/template";
import { merged } from "@/features/messaging/templates/TemplateConflict";
import { beginning, dateIn, place } from "@/lib/format";
import ar from "@/features/messaging/ar";
import uiAr from "@/ui/ar";

const names = ar.variables;

beforeEach(() => place({ region: "SA", timezone: "Asia/Riyadh" }));

describe("a template's text", () => {
  const stored = "أهلًا {{patientName}}، رقمك {{ ticketNumber }}.";

  test("is written in words and kept in names", () => {
    const written = inWords(stored, names);
    expect(written).toBe("أهلًا {{اسم المريض}}، رقمك {{رقمه}}.");
    expect(inNames(written, names)).toBe("أهلًا {{patientName}}، رقمك {{ticketNumber}}.");
    expect(inNames("{{  اسم   المريض }} {{position}}", names), "as people type").toBe("{{patientName}} {{position}}");
    expect(inNames("{{شيء}} {", names), "what is none stays").toBe("{{شيء}} {");
  });

  test("is refused in its writer's words", () => {
    expect(flaw("{{اسم المريض}} {{position}}", names)).toBeUndefined();
    expect(flaw("أهلًا {{ الاسم }}", names)).toEqual({ is: "unknown", name: "الاسم" });
    expect(flaw("أهلًا {{اسم المريض", names)).toEqual({ is: "unclosed" });
    expect(flaw("{واحدة} فقط", names)).toBeUndefined();
  });

  test("names each variable once, in the order in which they come", () => {
    expect(named("{{position}} {{patientName}} {{position}} {{no}}")).toEqual(["position", "patientName"]);
  });

  test("is filled, and is one line for Meta", () => {
    const values = Object.fromEntries((Object.keys(names) as VariableName[]).map((name) => [name, name === "estimatedWait" ? "—" : "س"]));
    expect(filled("{{patientName}}:\n{{estimatedWait}}", values as Record<VariableName, string>)).toBe("س:\n—");
    expect(oneLine("  أهلًا \n\n\t نورة\u00a0\u00a0 ")).toBe("أهلًا نورة");
  });
});

const template = (id: string, createdAt: string): TemplateView => ({
  id,
  title: id,
  content: "أهلًا",
  createdAt,
  createdBy: "mem_1",
  isShared: true,
  onUnknown: "hold",
  paused: null,
  providerTemplate: null,
  updatedAt: createdAt,
  variables: [],
  version: 1,
});

test("of two versions nobody's change is lost", () => {
  const read = draftOf(template("a", "2026-11-28T08:00:00Z"), names, "ar");
  const theirs = { ...read, title: "عنوان الزميل", onUnknown: "resend" as const };
  const mine = { ...read, title: "عنواني", text: "نصي" };
  expect(merged(read, theirs, mine, [])).toEqual({ ...mine, onUnknown: "resend" });
  expect(merged(read, theirs, mine, ["title"])).toEqual({ ...theirs, text: "نصي" });
});

describe("the log's address", () => {
  test("asks for days of the clinic, whichever zone this is", () => {
    expect(asked({ from: "2026-11-01", to: "2026-11-02" })).toEqual({
      from: "2026-10-31T21:00:00.000Z",
      to: "2026-11-02T21:00:00.000Z",
    });
    place({ region: "EG", timezone: "Africa/Cairo" });
    // Clocks go forward at midnight of 24 April 2026: that day begins at one.
    expect(beginning("2026-04-24")).toBe("2026-04-23T22:00:00.000Z");
    expect(asked({ from: "2026-04-23", to: "2026-04-23" })).toEqual({
      from: "2026-04-22T22:00:00.000Z",
      to: "2026-04-23T22:00:00.000Z",
    });
  });

  test("leaves out what means nothing", () => {
    for (const status of STATUSES) expect(asked({ status })).toEqual({ status });
    expect(STATUSES.toSorted(), "every tick can be filtered by").toEqual(Object.keys(uiAr.message).toSorted());
    expect(asked({ status: "gone", from: "yesterday", to: "2026-13-77", when: "toString" })).toEqual({});
    expect(asked({ queue: "que_1", status: "failed", batch: "bat_1", page: "x" })).toEqual({
      queueId: "que_1",
      status: "failed",
      batchId: "bat_1",
      page: "x",
    });
  });

  test("begins at the first page when something else is asked", () => {
    expect(changed({ status: "failed", page: "x" }, { queue: "que_1" })).toEqual({ status: "failed", queue: "que_1" });
    expect(changed({ status: "failed", page: "x" }, { status: "" })).toEqual({});
    expect(whenOf({ when: "today" })).toBe("today");
    expect(whenOf({ from: "2026-11-01" })).toBe("dates");
    expect(whenOf({ when: "toString" })).toBe("");
  });
});

test("a day of the clinic is not the browser's", () => {
  const late = Date.parse("2026-11-28T22:30:00Z");
  expect(dateIn(0, late)).toBe("2026-11-29");
  expect(dateIn(-6, late)).toBe("2026-11-23");
});

test("a page is put together from short ones, and does not go on for ever", async () => {
  const pages: Record<string, { items: number[]; nextPage?: string }> = {
    "": { items: [], nextPage: "b" },
    b: { items: [1], nextPage: "c" },
    c: { items: [2, 3], nextPage: "d" },
    d: { items: [4] },
  };
  const ask = (token: string | undefined) => Promise.resolve(pages[token ?? ""] ?? { items: [] });
  expect(await page(6, undefined, ask)).toEqual({ items: [1, 2, 3], nextPage: "d" });
  let asks = 0;
  const empty = await page(6, undefined, () => Promise.resolve({ items: [], nextPage: String((asks += 1)) }));
  expect(empty).toEqual({ items: [], nextPage: "6" });
});

test("recipients are found however they are written", () => {
  const all = [
    { fullName: "أحمد الهدى", phoneNumber: "+966501234567" },
    { fullName: "نورة", phoneNumber: "+966559876543" },
  ];
  const who = (typed: string) => found(all, typed).map(({ fullName }) => fullName);
  expect(who("احمد")).toEqual(["أحمد الهدى"]);
  expect(who("نوره")).toEqual(["نورة"]);
  expect(who("٠٥٥٩")).toEqual(["نورة"]);
  expect(who("0501 234")).toEqual(["أحمد الهدى"]);
  expect(who(" ")).toHaveLength(2);
  expect(who("خالد")).toEqual([]);
});

test("who is skipped is grouped by reason, the most frequent first", () => {
  const skip = (id: string, message: string) => ({ id, message, code: "OptedOut" as const });
  expect(byReason([skip("1", "a"), skip("2", "b"), skip("3", "b")])).toEqual([
    ["b", ["2", "3"]],
    ["a", ["1"]],
  ]);
});

test("the messages of a send are asked for less often once it is done", () => {
  const every = (done: boolean) => Number(batchMessagesQuery("bat_1", done).refetchInterval);
  expect(every(true)).toBeGreaterThan(2 * every(false));
});

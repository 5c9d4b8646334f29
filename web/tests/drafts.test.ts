import { beforeEach, expect, test } from "vitest";

import type { SessionView } from "@/api/generated";
import { draftKey, dropDraft, dropDrafts, keepDraft, readDraft } from "@/session/drafts";
import { session } from "@/session/session";

const enter = (id: string) => session.enter({ accessToken: "t", expiresIn: 900, user: { id } } as SessionView);

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, "", "/queues/que_1");
  enter("mem_1");
});

test("what was typed is there again, for the same member on the same page and form", () => {
  const key = draftKey("add");
  keepDraft(key, { fullName: "علي" });
  expect(readDraft(draftKey("add"))).toEqual({ fullName: "علي" });
  expect(readDraft(draftKey("other"))).toBeUndefined();
  history.replaceState(null, "", "/queues/que_2");
  expect(readDraft(draftKey("add"))).toBeUndefined();
});

test("nobody else is shown it", () => {
  keepDraft(draftKey("add"), { fullName: "علي" });
  enter("mem_2");
  expect(readDraft(draftKey("add"))).toBeUndefined();
});

test("it goes when it was sent, and all of it when somebody signs out", () => {
  keepDraft(draftKey("add"), { fullName: "علي" });
  keepDraft(draftKey("other"), { reason: "x" });
  sessionStorage.setItem("dawr.reloaded", "1");
  dropDraft(draftKey("add"));
  expect(readDraft(draftKey("add"))).toBeUndefined();
  expect(readDraft(draftKey("other"))).toEqual({ reason: "x" });
  dropDrafts();
  expect(Object.keys(sessionStorage)).toEqual(["dawr.reloaded"]);
});

test("what cannot be read is none", () => {
  sessionStorage.setItem(draftKey("add"), "{");
  expect(readDraft(draftKey("add"))).toBeUndefined();
});

import { beforeEach, expect, test } from "vitest";

import { retryAll } from "@/features/messaging/useRetry";

import { enter, network } from "./draw";

beforeEach(() => enter());

test("all that have failed are sent again once, also where they fail again at once", async () => {
  const all = Array.from({ length: 620 }, (_, n) => `tsk_${n}`);
  const calls = network(({ method, url, body }) => {
    if (method === "GET") {
      const at = Number(new URL(url, "http://x").searchParams.get("page") ?? 0);
      return { items: all.slice(at, at + 200).map((id) => ({ id })), nextPage: at + 200 < all.length ? String(at + 200) : null };
    }
    const { taskIds } = body as { taskIds: string[] };
    // Whatever is asked for, there is always more: what was sent again has failed again.
    return { retried: taskIds.length - 1, failed: [{ id: taskIds[0], code: "OptedOut", message: "لا يريد رسائل" }], more: true };
  });
  expect(await retryAll({ filter: { queueId: "que_1" } })).toEqual({ retried: 618, stays: ["لا يريد رسائل"] });
  const sent = calls.filter(({ method }) => method === "POST").map(({ body }) => (body as { taskIds: string[] }).taskIds);
  expect(sent.map(({ length }) => length)).toEqual([500, 120]);
  expect(sent.flat()).toEqual(all);
  expect(calls[0]?.url).toContain("queueId=que_1");
});

import { afterEach, expect, test, vi } from "vitest";

import { browser } from "@/session/browser";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** What the API leaves for it: half a minute after it has spent the cookie. */
const GRACE = 30_000;

test("a refresh on a line that goes silent is asked again while the API still gives the same cookie", async () => {
  vi.useFakeTimers();
  const began = Date.now();
  const asked: number[] = [];
  vi.spyOn(AbortSignal, "timeout").mockImplementation((wait) => {
    const limit = new AbortController();
    setTimeout(() => limit.abort(new DOMException("over", "TimeoutError")), wait);
    return limit.signal;
  });
  vi.stubGlobal("fetch", (_: string, { signal }: { signal: AbortSignal }) => {
    asked.push(Date.now() - began);
    if (asked.length > 2) return Promise.resolve(Response.json({ success: true, data: { accessToken: "the next" } }));
    // The cookie is spent, and no byte of the answer comes.
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  });
  const refreshed = browser.refresh();
  await vi.advanceTimersByTimeAsync(GRACE);
  expect(asked).toHaveLength(3);
  expect(asked.every((at) => at < GRACE)).toBe(true);
  await expect(refreshed).resolves.toEqual({ accessToken: "the next" });
});

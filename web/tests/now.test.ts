import { createElement } from "react";
import { act } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { useNow } from "@/ui/Text";

import { draw } from "./draw";

let now = 0;

function Clock() {
  now = useNow();
  return null;
}

afterEach(() => vi.useRealTimers());

test("whoever asks for the time gets it, however long nobody had asked", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  const first = await draw(createElement(Clock));
  await first.gone();
  vi.setSystemTime(Date.now() + 3_600_000);
  await draw(createElement(Clock));
  expect(now).toBe(Date.now());
  await act(async () => vi.advanceTimersByTime(15_000));
  expect(now, "and goes on").toBe(Date.now());
});

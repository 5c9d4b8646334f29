// @vitest-environment happy-dom
import { createElement } from "react";
import { expect, test, vi } from "vitest";

import { VirtualList } from "@/ui/VirtualList";

import { after, draw } from "./draw";

test("what tells rows apart is asked once for a list, however often it is drawn", async () => {
  let asked = 0;
  const items = Array.from({ length: 500 }, (_, n) => String(n));
  const idOf = (one: string) => {
    asked += 1;
    return one;
  };
  const rows = { label: "rows", items, idOf, children: (one: string) => one };
  const list = (height: number) => createElement(VirtualList<string>, { ...rows, height });
  const drawn = await draw(list(40));
  expect(asked).toBe(500);
  for (const height of [41, 42, 43]) await drawn.again(list(height));
  expect(asked).toBe(500);
  await drawn.gone();
});

test("a step of scrolling draws the rows that come into sight, and none of those that were there", async () => {
  // Nothing has a size here, and what has none shows nothing.
  for (const name of ["clientHeight", "offsetHeight"] as const) vi.spyOn(HTMLElement.prototype, name, "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(500 * 408);
  const drawn: string[] = [];
  const items = Array.from({ length: 500 }, (_, n) => String(n));
  const children = (one: string) => {
    drawn.push(one);
    return one;
  };
  const rows = { label: "rows", items, idOf: (one: string) => one, height: 400, children };
  const list = await draw(createElement(VirtualList<string>, rows));
  const before = drawn.splice(0);
  expect(before).toContain("0");
  const box = list.place.querySelector("[tabindex='0']") as HTMLElement;
  for (const at of [408, 816]) {
    await after(() => {
      box.scrollTop = at;
      box.dispatchEvent(new Event("scroll"));
    });
  }
  expect(drawn.length).toBeGreaterThan(0);
  expect(new Set([...before, ...drawn]).size).toBe(before.length + drawn.length);
  await list.gone();
  vi.restoreAllMocks();
});

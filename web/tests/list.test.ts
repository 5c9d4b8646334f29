// @vitest-environment happy-dom
import { createElement } from "react";
import { expect, test } from "vitest";

import { VirtualList } from "@/ui/VirtualList";

import { draw } from "./draw";

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

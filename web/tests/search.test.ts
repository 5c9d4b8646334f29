import { createElement } from "react";
import { expect, test } from "vitest";

import { useSearchText, type SearchText } from "@/ui/settled";

import { after, draw, type Drawn } from "./draw";

let box: SearchText;
const told: string[] = [];

function Box({ asked }: { asked: string }) {
  box = useSearchText(asked, (text) => told.push(text));
  return null;
}

const open = (asked: string) => {
  told.length = 0;
  return draw(createElement(Box, { asked }));
};
const says = (drawn: Drawn, asked: string) => after(() => drawn.again(createElement(Box, { asked })));
const type = (text: string) => after(() => box.setTyped(text));
const rest = () => after(() => new Promise((resolve) => setTimeout(resolve, 300)));

test("the address is told once the hands rest, and not of every letter", async () => {
  const drawn = await open("");
  await type("n");
  await type("no");
  await type("noor ");
  expect(told).toEqual([]);
  await rest();
  expect(told).toEqual(["noor"]);
  await says(drawn, "noor");
  expect(box.typed, "nothing is taken out of the box").toBe("noor ");
  await drawn.gone();
});

test("an address that is slow takes nothing back of what is typed meanwhile", async () => {
  const drawn = await open("");
  await type("no");
  await rest();
  await type("noor");
  await rest();
  await says(drawn, "no");
  expect(box.typed).toBe("noor");
  await says(drawn, "noor");
  expect([box.typed, told]).toEqual(["noor", ["no", "noor"]]);
  await drawn.gone();
});

test("an address that changes by itself is followed, and is not told what stood before", async () => {
  const drawn = await open("noor");
  expect(box.typed).toBe("noor");
  await says(drawn, "");
  expect(box.typed).toBe("");
  await rest();
  expect(told).toEqual([]);
  await type("x");
  await after(() => box.ask());
  await after(() => box.ask());
  expect(told, "at once, and once").toEqual(["x"]);
  await drawn.gone();
});

test("whoever has gone on to another page before the hands rested is not called back", async () => {
  history.replaceState(null, "", "/settings/members");
  const drawn = await open("");
  await type("noor");
  history.pushState(null, "", "/settings/members/mem_1");
  await rest();
  expect(told).toEqual([]);
  await drawn.gone();
});

test("a page that was opened with a slash behind its name is still the same without", async () => {
  history.replaceState(null, "", "/patients/?q=no");
  const drawn = await open("no");
  history.replaceState(null, "", "/patients?q=no");
  await type("noor");
  await rest();
  expect(told).toEqual(["noor"]);
  await drawn.gone();
});

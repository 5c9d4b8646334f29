import { createElement } from "react";
import { expect, test } from "vitest";

import { useVersioned, type Read, type Versioned } from "@/ui/versioned";

import { after, draw } from "./draw";

interface Values {
  name: string;
  phone: string;
}

let form: Versioned<Values>;

function Form() {
  form = useVersioned<Values>({ version: 1, values: { name: "النور", phone: "" } }, async () => ({ version: 1, values: form.stands }));
  return null;
}

test("what is typed while a save is under way is typed over what was saved", async () => {
  await draw(createElement(Form));
  await after(() => form.set({ name: "الشفاء " }));
  let answer: (saved: Read<Values>) => void = () => undefined;
  await after(() => void form.save(() => new Promise((resolve) => (answer = resolve))));
  await after(() => form.set({ phone: "٠١١" }));
  await after(() => answer({ version: 2, values: { name: "الشفاء", phone: "" } }));
  expect(form.typed).toEqual({ name: "الشفاء", phone: "٠١١" });
  expect(form.changed, "and is sent with the next save alone").toEqual({ phone: "٠١١" });
  expect(form.clashes).toEqual([]);
});

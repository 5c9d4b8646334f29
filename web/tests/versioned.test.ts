import { createElement } from "react";
import { beforeEach, describe, expect, test } from "vitest";

import { Failure } from "@/api/failure";
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

describe("kept by the tab", () => {
  let kept: Versioned<Values>;
  function Kept({ start }: { start: Read<Values> }) {
    kept = useVersioned<Values>(start, async () => start, "profile");
    return null;
  }
  const open = (start: Read<Values>) => draw(createElement(Kept, { start }));
  const first = { version: 1, values: { name: "النور", phone: "" } };

  beforeEach(() => sessionStorage.clear());

  test("what was typed is there again after a reload, over what it was typed over", async () => {
    const before = await open(first);
    await after(() => kept.set({ name: "الشفاء" }));
    await before.gone();
    await open(first);
    expect(kept.typed.name).toBe("الشفاء");
    expect(kept.isChanged).toBe(true);
  });

  test("what others saved before the reload is noticed, and stays to be chosen through another one", async () => {
    const before = await open(first);
    await after(() => kept.set({ name: "الشفاء" }));
    await before.gone();
    const theirs = { version: 2, values: { name: "الأمل", phone: "011" } };
    const next = await open(theirs);
    expect(kept.clashes).toEqual(["name"]);
    expect(kept.typed, "what was left alone is theirs").toEqual({ name: "الشفاء", phone: "011" });
    await after(() => kept.set({ phone: "012" }));
    await next.gone();
    await open(theirs);
    expect(kept.clashes, "nobody has chosen yet").toEqual(["name"]);
  });

  test("a save over what is old is refused here as well, and the choice outlives a reload", async () => {
    const stale = () => Promise.reject(new Failure(409, [{ code: "StaleVersion", message: "" }], "-"));
    const theirs = { version: 2, values: { name: "الأمل", phone: "" } };
    let loaded: Versioned<Values> | undefined;
    const Late = () => {
      loaded = useVersioned<Values>(first, async () => theirs, "profile");
      return null;
    };
    const before = await draw(createElement(Late));
    await after(() => loaded?.set({ name: "الشفاء" }));
    let saved = true;
    await after(async () => (saved = (await loaded?.save(stale)) ?? true));
    expect(saved).toBe(false);
    expect(loaded?.clashes).toEqual(["name"]);
    await before.gone();
    await open(theirs);
    expect(kept.clashes).toEqual(["name"]);
  });

  test("it goes once it was saved, or is let go", async () => {
    await open(first);
    await after(() => kept.set({ name: "الشفاء" }));
    expect(sessionStorage).toHaveLength(1);
    await after(() => void kept.save(async (_, typed) => ({ version: 2, values: typed })));
    expect(sessionStorage).toHaveLength(0);
    await after(() => kept.set({ name: "الأمل" }));
    await after(() => kept.discard());
    expect(sessionStorage).toHaveLength(0);
  });
});

import { createElement } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { CustomerDetailView } from "@/api/generated";
import { Limits } from "@/features/platform/Limits";
import ar from "@/features/platform/ar";
import { platform } from "@/features/platform/texts";
import uiAr from "@/ui/ar";
import { common } from "@/ui/texts";

import { after, draw, enter, network, refused, type Drawn } from "./draw";

const tenant = (version: number, members: number | null) =>
  ({ id: "ten_2", version, limits: { members, clinics: null }, counts: { members: 3, clinics: 1, owners: 1, roles: 0 } }) as CustomerDetailView;

let drawn: Drawn;
const show = async (of: CustomerDetailView) => {
  drawn = await draw(createElement(Limits, { tenant: of }));
};
const type = (name: string, text: string) =>
  after(() => {
    const field = drawn.place.querySelector<HTMLInputElement>(`input[name=${name}]`);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
    field?.dispatchEvent(new Event("input", { bubbles: true }));
  });
const press = (name: string) => after(() => [...drawn.place.querySelectorAll("button")].find(({ textContent }) => textContent === name)?.click());

beforeEach(async () => {
  sessionStorage.clear();
  enter();
  await Promise.all([platform.load(), common.load()]);
});
afterEach(async () => {
  await drawn.gone();
  vi.unstubAllGlobals();
});

test("what is no whole number is not sent, and is wrong where it stands", async () => {
  const calls = network(() => tenant(2, 3));
  await show(tenant(1, null));
  for (const wrong of ["2.5", "-5", "abc"]) {
    await type("members", wrong);
    await press(ar.save);
    const field = drawn.place.querySelector("input[name=members]");
    expect(field?.getAttribute("aria-invalid"), wrong).toBe("true");
    expect(drawn.place.textContent, wrong).toContain(uiAr.notNumber);
  }
  expect(calls).toEqual([]);
  await type("members", "٢٥");
  await press(ar.save);
  expect(calls[0]?.body).toEqual({ members: 25, clinics: null });
});

test("what another operator saved before a reload is asked about, and not overwritten", async () => {
  network(() => refused(500, "Internal"));
  await show(tenant(1, 10));
  await type("members", "20");
  await drawn.gone();
  const calls = network(() => tenant(3, 20));
  await show(tenant(2, 30));
  expect(drawn.place.textContent).toContain(uiAr.conflictHint);
  expect(calls).toEqual([]);
  await press(uiAr.saveChosen);
  expect(calls[0]?.body).toEqual({ members: 20, clinics: null });
  expect(calls[0]?.headers.get("if-match")).toMatch(/2/);
});

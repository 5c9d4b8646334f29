import { createElement, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";

import { meQuery } from "@/app/me";
import type { ProfileView } from "@/api/generated";
import { sessionsQuery } from "@/features/account/queries";
import { Holidays } from "@/features/clinics/Holidays";
import ar from "@/features/clinics/ar";
import { SecurityRules } from "@/features/clinics/SecurityRules";
import type { Values } from "@/features/clinics/tenant";
import { clinics } from "@/features/clinics/texts";
import { Extras } from "@/features/patients/Extras";
import patientsAr from "@/features/patients/ar";
import { patients } from "@/features/patients/texts";
import { common } from "@/ui/texts";

import { after, draw } from "./draw";

beforeEach(() => Promise.all([clinics.load(), patients.load(), common.load()]));

/** The buttons of a picture, by the first of the words they are called by. */
const buttons = (place: HTMLElement, label: string) => {
  const [word = ""] = label.split(" ");
  return [...place.querySelectorAll<HTMLButtonElement>("button")].filter((one) => (one.getAttribute("aria-label") ?? one.textContent).startsWith(word));
};
/** As the keyboard does it: a button has the focus when it is pressed. */
const press = (button: HTMLButtonElement | undefined) =>
  after(() => {
    button?.focus();
    button?.click();
  });

function Branch() {
  const [holidays, setHolidays] = useState(["2099-01-01", "2099-02-01", "2099-03-01"]);
  return createElement(Holidays, { holidays, mayChange: true, onHolidays: setHolidays });
}

test("a holiday that is removed leaves the focus to the next, the one before, or what adds one", async () => {
  const { place, gone } = await draw(createElement(Branch));
  const remove = () => buttons(place, ar.removeHoliday(""));
  await press(remove()[1]);
  expect(remove()).toHaveLength(2);
  expect(document.activeElement, "what took its place").toBe(remove()[1]);
  await press(remove()[1]);
  expect(document.activeElement, "the last one is before").toBe(remove()[0]);
  await press(remove()[0]);
  expect(remove()).toHaveLength(0);
  expect(document.activeElement?.textContent).toBe(ar.addHoliday);
  await gone();
});

test("an editor that is closed gives the focus back to what opened it", async () => {
  const { place, gone } = await draw(createElement(Branch));
  await press(buttons(place, ar.editHoliday(""))[1]);
  expect(document.activeElement?.tagName).toBe("INPUT");
  await press(buttons(place, ar.cancel)[0]);
  expect(document.activeElement).toBe(buttons(place, ar.editHoliday(""))[1]);
  await press(buttons(place, ar.addHoliday).find(({ textContent }) => textContent === ar.addHoliday));
  await press(buttons(place, ar.cancel)[0]);
  expect(document.activeElement?.textContent).toBe(ar.addHoliday);
  await gone();
});

test("what adds somebody's own address goes away with it, and leaves the focus to what adds another", async () => {
  function Rules() {
    const client = useQueryClient();
    useState(() => {
      client.setQueryData(meQuery.queryKey, { permissions: [] } as unknown as ProfileView);
      client.setQueryData(sessionsQuery.queryKey, [{ current: true, address: "203.0.113.7" }] as never);
    });
    const [typed, setTyped] = useState<Values>({ idleMinutes: 30, absoluteHours: 12, watchesSignIns: false, secondFactorRoles: [], allowedAddresses: [] } as unknown as Values);
    return createElement(SecurityRules, { typed, set: (change) => setTyped({ ...typed, ...change }) });
  }
  const { place, gone } = await draw(createElement(Rules));
  const own = () => buttons(place, "").find(({ textContent }) => textContent === ar.addOwn("203.0.113.7"));
  await press(own());
  expect(own()).toBeUndefined();
  expect(place.querySelector("input[dir=ltr]")?.getAttribute("value")).toBe("203.0.113.7");
  expect(document.activeElement?.textContent).toBe(ar.addNetwork);
  await gone();
});

test("rows that are told by their place keep the focus as well", async () => {
  function Record() {
    const [of, onChange] = useState([{ name: "a", text: "1" }, { name: "b", text: "2" }]);
    return createElement(Extras, { of, twice: undefined, onChange });
  }
  const { place, gone } = await draw(createElement(Record));
  const remove = () => buttons(place, patientsAr.removeExtra(""));
  await press(remove()[1]);
  expect(document.activeElement).toBe(remove()[0]);
  await press(remove()[0]);
  expect(document.activeElement?.textContent).toBe(patientsAr.addExtra);
  await gone();
});

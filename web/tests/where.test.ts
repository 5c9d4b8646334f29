import { createElement } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";

import { chooseClinic, chosenClinic, useChosenClinic } from "@/session/clinic";

import { after, draw, enter } from "./draw";

let shown: string | undefined;

function Where() {
  shown = useChosenClinic();
  return null;
}

beforeEach(() => enter());
afterEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});

test("a branch that is chosen is shown at once, whichever tab it was chosen in", async () => {
  const drawn = await draw(createElement(Where));
  expect(shown).toBeUndefined();
  await after(() => chooseClinic("cli_1"));
  expect(shown).toBe("cli_1");
  await after(() => {
    localStorage.setItem("dawr.branch", JSON.stringify({ ten_1: "cli_2" }));
    window.dispatchEvent(new StorageEvent("storage", { key: "dawr.branch" }));
  });
  expect(shown).toBe("cli_2");
  await after(() => enter("ten_2"));
  expect(shown, "each organisation has its own").toBeUndefined();
  await drawn.gone();
});

test("an operator's choice in a stay is the tenant's, and not their own organisation's", () => {
  chooseClinic("cli_own");
  sessionStorage.setItem("dawr.stay", JSON.stringify({ id: "elv_1", tenantId: "ten_2" }));
  expect(chosenClinic()).toBeUndefined();
  chooseClinic("cli_there");
  expect(chosenClinic()).toBe("cli_there");
  sessionStorage.clear();
  expect(chosenClinic()).toBe("cli_own");
});

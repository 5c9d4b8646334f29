import { createElement } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { clinicsQuery } from "@/app/clinics";
import { meQuery } from "@/app/me";
import { app } from "@/app/texts";
import { WhereButton } from "@/app/Where";
import type { ClinicView, ProfileView } from "@/api/generated";
import { chooseClinic, chosenClinic, useChosenClinic } from "@/session/clinic";

import { after, draw, enter, network } from "./draw";

let shown: string | undefined;

function Where() {
  shown = useChosenClinic();
  return null;
}

beforeEach(() => enter());
afterEach(() => {
  vi.unstubAllGlobals();
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

/** A tab whose list is of before, when another one chooses a branch. */
async function heard(chosen: string, stands: string[]) {
  await app.load();
  const of = (ids: string[]) => ids.map((id) => ({ id, name: id })) as ClinicView[];
  const me = { id: "mem_1", tenant: { id: "ten_1", name: "T" }, permissions: ["clinics:read"] } as unknown as ProfileView;
  network(({ url }) => (url.endsWith("/api/users/me") ? me : { items: url.includes("/clinics") ? of(stands) : [] }));
  const drawn = await draw(null);
  drawn.client.setQueryData(meQuery.queryKey, me);
  drawn.client.setQueryData(clinicsQuery.queryKey, of(["cli_1", "cli_2"]));
  await after(() => drawn.again(createElement(WhereButton)));
  await after(() => {
    localStorage.setItem("dawr.branch", JSON.stringify({ ten_1: chosen }));
    window.dispatchEvent(new StorageEvent("storage", { key: "dawr.branch" }));
  });
  await after(() => undefined);
  return drawn;
}

test("a branch that another tab has added and chosen stays chosen", async () => {
  const drawn = await heard("cli_3", ["cli_1", "cli_2", "cli_3"]);
  expect(chosenClinic()).toBe("cli_3");
  expect(drawn.place.textContent).toContain("cli_3");
  await drawn.gone();
});

test("a branch that is closed is let go of", async () => {
  const drawn = await heard("cli_3", ["cli_1", "cli_2"]);
  expect(chosenClinic()).toBeUndefined();
  await drawn.gone();
});

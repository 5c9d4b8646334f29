/** One's own account: profile, password, second factor, sessions; and what is kept for one on a device: drafts and keys. */

import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { codeAt } from "./totp";
import { people, words } from "./words";
import { PASSWORD as FIRST, World, type Visitor } from "./world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.end());

const SECOND = "Green-ladder 48";

describe.each(["ar", "en"] as const)("an account in %s", (language: Language) => {
  const t = words[language];
  const who = people[language];
  const a = t.account;
  let desk: Visitor;
  let token = "";
  let secret = "";
  let spare = "";
  let queue = "";

  const knock = async (password: string) =>
    world.api("POST", "/api/auth/login", { clinic: `acc-${language}`, username: "sara", password });

  beforeAll(async () => {
    const clinic = await world.clinic(`acc-${language}`, language);
    token = clinic.token;
    queue = `/queues/${(await clinic.ask("POST", "/api/queues", { doctorName: who.doctor })).id}`;
    desk = await world.visitor(language);
    await desk.page.goto("/settings/security");
    await desk.signIn(`acc-${language}`);
    await desk.page.getByRole("heading", { name: a.title }).waitFor();
  });
  afterAll(() => desk.leave());

  const open = (tab: keyof typeof a.tabs) => desk.page.getByRole("tab", { name: a.tabs[tab] }).click();

  test("changes the profile, and says what is wrong where it is", async () => {
    const { page } = desk;
    await desk.look("account-profile");
    await desk.field(a.fullName).fill("");
    await page.getByLabel(a.email).fill("sara@");
    await desk.button(a.save).click();
    await page.locator("[aria-invalid]").nth(1).waitFor();
    expect(await page.locator("[aria-invalid]").count()).toBe(2);
    await desk.look("account-profile-errors");
    await desk.field(a.fullName).fill(who.owner);
    await page.getByLabel(a.email).fill("sara@alnoor.example");
    // Another phone asks for the password, over what was typed.
    await page.getByLabel(a.phone).fill("٠٥٠ ٢٢٢ ٣٣٤٤");
    await desk.button(a.save).click();
    const proof = page.getByRole("dialog", { name: a.phoneProofTitle });
    await proof.getByLabel(a.currentPassword, { exact: true }).fill("wrong");
    await proof.getByRole("button", { name: a.save }).click();
    await proof.locator("[aria-invalid]").waitFor();
    await desk.look("account-proof");
    await proof.getByLabel(a.currentPassword, { exact: true }).fill(FIRST);
    await proof.getByRole("button", { name: a.save }).click();
    await page.getByText(a.profileSaved).waitFor();
    await proof.waitFor({ state: "detached" });
    const me = (await world.api("GET", "/api/users/me", undefined, token)).data as { phone: string; email: string };
    expect(me).toMatchObject({ phone: "+966502223344", email: "sara@alnoor.example" });
  });

  test("keeps what was typed through a reload, and shows what somebody else saved", async () => {
    const { page } = desk;
    await desk.field(a.fullName).fill(`${who.owner} 2`);
    await page.reload();
    await desk.field(a.fullName).waitFor();
    expect(await desk.field(a.fullName).inputValue()).toBe(`${who.owner} 2`);
    await world.api("PUT", "/api/users/me", { fullName: `${who.owner} 3`, phone: "+966502223344" }, token);
    await desk.button(a.save).click();
    await page.getByText(t.ui.conflictHint).waitFor();
    await page.getByRole("tabpanel").getByText(`${who.owner} 3`).waitFor();
    await desk.look("account-conflict");
    // What nobody has chosen yet is still to be chosen after a reload.
    await page.reload();
    await page.getByText(t.ui.conflictHint).waitFor();
    await desk.button(t.ui.saveChosen).click();
    await page.getByText(a.profileSaved).waitFor();
    await page.reload();
    await desk.field(a.fullName).waitFor();
    expect(await desk.field(a.fullName).inputValue()).toBe(`${who.owner} 2`);
    const me = (await world.api("GET", "/api/users/me", undefined, token)).data as { fullName: string; email: string | null };
    expect(me, "what only the other one changed stays").toMatchObject({ fullName: `${who.owner} 2`, email: null });
  });

  test("ends the other sessions, and sees every try to sign in", async () => {
    const { page } = desk;
    await knock("no such password");
    await knock(FIRST);
    await open("devices");
    await page.getByText(a.thisOne).waitFor();
    await page.getByText(a.outcomes.wrongPassword).first().waitFor();
    await desk.look("account-devices");
    const others = page.getByRole("button", { name: /^(إنهاء (الجلس|\S+ جلس)|End (the|\d+) other)/ });
    await others.click();
    await page.getByText(a.othersEnded).waitFor();
    await others.waitFor({ state: "detached" });
    const left = page.getByRole("region", { name: a.sessions }).getByRole("listitem");
    await expect.poll(() => left.count(), { message: "this one alone is left" }).toBe(1);
    await left.getByText(a.thisOne).waitFor();
  });

  test("changes the password, and stays signed in", async () => {
    const { page } = desk;
    await open("sign-in");
    await desk.look("account-sign-in");
    await desk.field(a.currentPassword).fill("wrong");
    await desk.field(a.newPassword).fill("password");
    await desk.button(a.changePassword).click();
    await page.locator("[aria-invalid]").first().waitFor();
    await desk.look("account-password-errors");
    await desk.field(a.currentPassword).fill(FIRST);
    await desk.field(a.newPassword).fill(SECOND);
    await desk.button(a.changePassword).click();
    await page.getByText(a.passwordChanged).waitFor();
    expect(await desk.field(a.newPassword).inputValue(), "nothing of it is left").toBe("");
    const refusal = async (password: string) => (await knock(password)).errors as { code: string }[] | undefined;
    expect((await refusal(FIRST))?.[0]?.code, "the old one is void").toBe("InvalidCredentials");
    expect((await refusal(SECOND))?.[0]?.code, "the new one is right").not.toBe("InvalidCredentials");
    await page.reload();
    await page.getByRole("heading", { name: a.title }).waitFor();
    await open("sign-in");
  });

  test("sets up a second factor", async () => {
    const { page } = desk;
    await desk.button(a.setUp).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(a.currentPassword, { exact: true }).fill(SECOND);
    await dialog.getByRole("button", { name: a.goOn }).click();
    const picture = dialog.getByRole("img", { name: a.qr });
    await picture.waitFor();
    expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(100);
    secret = ((await dialog.locator("bdi", { hasText: /^[A-Z2-7 ]{16,}$/ }).textContent()) ?? "").replaceAll(" ", "");
    await desk.look("factor-scan");
    await dialog.getByLabel(a.code, { exact: true }).fill("000000");
    await dialog.getByRole("button", { name: a.confirm }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel(a.code, { exact: true }).fill(codeAt(secret, -1));
    await dialog.getByRole("button", { name: a.confirm }).click();
    const codes = dialog.getByRole("list", { name: a.codes }).getByRole("listitem");
    await codes.first().waitFor();
    spare = (await codes.first().textContent()) ?? "";
    await desk.look("factor-codes");
    const saving = page.waitForEvent("download");
    await dialog.getByRole("button", { name: a.downloadCodes }).click();
    const file = await saving;
    expect(file.suggestedFilename()).toMatch(/\.txt$/);
    const written = await readFile(await file.path(), "utf8");
    expect(await codes.count()).toBe(10);
    for (const code of await codes.allTextContents()) expect(written).toContain(code.replace(/[\u2066-\u2069]/g, ""));
    await dialog.getByLabel(a.codesKept).check();
    await dialog.getByRole("button", { name: a.done }).click();
    await page.getByText(a.factorOn, { exact: true }).waitFor();
    await desk.look("factor-on");
  });

  test("has its recovery codes renewed, and removes the factor by one of them", async () => {
    const { page } = desk;
    await desk.button(a.renewCodes).click();
    const renewing = page.getByRole("dialog", { name: a.renewCodes });
    await renewing.getByLabel(a.currentPassword, { exact: true }).fill(SECOND);
    await renewing.getByLabel(a.codeOrRecovery, { exact: true }).fill(spare);
    await desk.look("factor-renew");
    await renewing.getByRole("button", { name: a.renewCodes }).click();
    const codes = page.getByRole("list", { name: a.codes }).getByRole("listitem");
    await codes.first().waitFor();
    const fresh = (await codes.first().textContent()) ?? "";
    const other = (await codes.nth(1).textContent()) ?? "";
    expect(fresh).not.toBe(spare);
    await page.getByLabel(a.codesKept).check();
    await desk.button(a.done).click();
    // Whoever lost the phone signs in with one of them: its letters can be typed on another phone.
    const phone = await world.visitor(language, { width: 360, height: 740 });
    await phone.page.goto("/settings/security");
    await phone.signIn(`acc-${language}`, "sara", SECOND);
    await phone.field(t.identity.code).waitFor();
    expect(await phone.field(t.identity.code).getAttribute("inputmode")).toBe("numeric");
    await phone.button(t.identity.useRecovery).click();
    const recovery = phone.field(t.identity.recoveryCode);
    expect(await recovery.getAttribute("inputmode")).toBe("text");
    await expect.poll(() => recovery.evaluate((input) => input === document.activeElement)).toBe(true);
    await recovery.pressSequentially(other);
    await phone.look("recovery-360");
    await phone.button(t.identity.confirm).click();
    await phone.page.getByRole("heading", { name: a.title }).waitFor();
    await phone.leave();
    await desk.button(a.removeFactor).click();
    const removing = page.getByRole("dialog", { name: a.removeFactor });
    await removing.getByLabel(a.currentPassword, { exact: true }).fill(SECOND);
    await removing.getByLabel(a.codeOrRecovery, { exact: true }).fill(spare);
    await removing.getByRole("button", { name: a.removeFactor }).click();
    await removing.getByRole("alert").waitFor();
    await removing.getByLabel(a.codeOrRecovery, { exact: true }).fill(fresh);
    await removing.getByRole("button", { name: a.removeFactor }).click();
    await page.getByText(a.factorRemoved).waitFor();
    await page.getByText(a.factorOff, { exact: true }).waitFor();
  });

  test("lists the keys of the page, which work in any script and can be switched off", async () => {
    const { page } = desk;
    await page.goto("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.getByText(/14\d\d/).count(), "no Hijri date is shown unless it is wanted").toBe(0);
    await page.goto(queue);
    await page.getByText(t.queues.emptyWaiting).waitFor();
    // An Arabic keyboard: the key that has "a" on it writes another letter.
    const press = (code: string, key: string, shiftKey = false) =>
      page.evaluate(
        ([code, key, shiftKey]) =>
          document.body.dispatchEvent(new KeyboardEvent("keydown", { code, key, shiftKey, bubbles: true, cancelable: true })),
        [code, key, shiftKey] as const,
      );
    await press("Slash", "؟", true);
    const list = page.getByRole("dialog", { name: t.app.shortcuts });
    await list.getByText(t.queues.callNext).waitFor();
    await desk.look("shortcuts");
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    await press("KeyA", "ش");
    await desk.field(t.queues.fullName).waitFor();
    // What was typed is there again after a reload, and gone once it is not wanted.
    await page.keyboard.type("na");
    expect(await desk.field(t.queues.fullName).inputValue(), "keys are letters in a field").toBe("na");
    await desk.field(t.queues.phone).fill("0501234567");
    await page.reload();
    await page.getByText(t.queues.emptyWaiting).waitFor();
    await press("KeyA", "ش");
    await desk.field(t.queues.fullName).waitFor();
    expect(await desk.field(t.queues.fullName).inputValue()).toBe("na");
    expect(await desk.field(t.queues.phone).inputValue()).toBe("0501234567");
    await page.keyboard.press("Escape");
    await desk.field(t.queues.fullName).waitFor({ state: "detached" });
    await press("KeyA", "ش");
    await desk.field(t.queues.fullName).waitFor();
    expect(await desk.field(t.queues.fullName).inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await desk.field(t.queues.fullName).waitFor({ state: "detached" });

    await page.getByRole("button", { name: t.app.account }).first().click();
    await page.getByRole("switch", { name: t.app.singleKeys }).click();
    await page.getByRole("switch", { name: t.app.hijri }).click();
    await desk.look("preferences");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await press("KeyA", "ش");
    await press("Slash", "?", true);
    // Dialogs are loaded when they are opened.
    await page.waitForTimeout(1_000);
    expect(await page.getByRole("dialog").count(), "no key does anything").toBe(0);
    await page.goto("/");
    await page.getByText(/14\d\d/).first().waitFor();
  });

  test("has it all on a phone and in the dark", async () => {
    const { page } = desk;
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto("/settings/security");
    await page.getByRole("tab").first().waitFor();
    await desk.look("account-profile-360");
    await open("sign-in");
    await page.getByRole("button", { name: a.setUp }).waitFor();
    await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    await desk.look("account-sign-in-360-dark");
    await open("devices");
    await page.getByText(a.thisOne).waitFor();
    await desk.look("account-devices-360-dark");
  });

  test("takes drafts along when it signs out", async () => {
    const { page } = desk;
    await open("profile");
    await desk.field(a.fullName).fill("draft");
    const drafts = () => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("dawr.draft.")).length);
    expect(await drafts()).toBe(1);
    const other = await desk.tab("/settings/security");
    await other.getByRole("tab").first().waitFor();
    await other.getByRole("button", { name: t.app.account }).last().click();
    await other.getByRole("button", { name: t.app.signOut, exact: true }).click();
    await page.waitForURL(/\/sign-in/);
    expect(await drafts(), "in every tab").toBe(0);
    await page.getByText(t.identity.oneMachineHint).waitFor();
    await desk.look("one-machine-360");
  });
});

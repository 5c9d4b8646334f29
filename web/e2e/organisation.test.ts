/** What is set once: the organisation, its colour, its branches, its number; and who did what. */

import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { people, words } from "./words";
import { PASSWORD, World, type Visitor } from "./world";

const said = {
  ar: { renamed: "عيادات النور الطبية", theirs: "مجمع النور", branch: "فرع الملقا", road: "حي الملقا، طريق أنس بن مالك", ramadan: "رمضان" },
  en: { renamed: "Al Noor Medical", theirs: "Al Noor Centre", branch: "Malqa branch", road: "Anas ibn Malik Road, Malqa", ramadan: "Ramadan" },
};

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.end());

describe.each(["ar", "en"] as const)("an organisation in %s", (language: Language) => {
  const t = words[language];
  const who = people[language];
  const names = said[language];
  const slug = `org-${language}`;
  let desk: Visitor;
  let token = "";

  /** The number that a mode of the style sheet has for a colour. */
  const paint = (name: string) =>
    desk.page.evaluate((one) => getComputedStyle(document.documentElement).getPropertyValue(one).trim(), `--${name}`);
  const open = async (path: string, title: string) => {
    await desk.page.goto(path);
    await desk.page.getByRole("heading", { name: title, level: 1 }).waitFor();
  };
  /** It is said, and put away: the next one is said anew. */
  const toast = async (text: string) => {
    const said = desk.page.getByRole("status").getByText(text);
    await said.waitFor();
    await desk.button(t.ui.dismiss).click();
    await said.waitFor({ state: "detached" });
  };

  beforeAll(async () => {
    const clinic = await world.clinic(slug, language, { kind: "multi_clinic" });
    token = clinic.token;
    await clinic.ask("POST", "/api/queues", { doctorName: who.doctor });
    desk = await world.visitor(language);
    await desk.page.goto("/settings/tenant");
    await desk.signIn(slug);
  });
  afterAll(() => desk.leave());

  test("sets the organisation up, and hears at the field what is wrong", async () => {
    const { page } = desk;
    await page.getByRole("heading", { name: t.clinics.tenantTitle, level: 1 }).waitFor();
    await desk.look("tenant");
    await desk.field(t.clinics.name).fill("");
    await desk.button(t.clinics.save).click();
    await page.locator("input[name=name][aria-invalid]").waitFor();
    await desk.field(t.clinics.name).fill(names.renamed);
    await page.getByRole("checkbox", { name: t.clinics.days.thursday }).check();
    await desk.button(t.clinics.addNetwork).click();
    await desk.field(t.clinics.network(1)).fill("not a network");
    await desk.button(t.clinics.save).click();
    await page.locator("[name='security.allowedAddresses[0]'][aria-invalid]").waitFor();
    await desk.look("tenant-errors");
    // A list that is pasted is a row for each; one's own address is at hand.
    await desk.field(t.clinics.network(1)).fill("");
    await desk.field(t.clinics.network(1)).evaluate((input) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "10.0.0.0/8, 203.0.113.0/24");
      input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await desk.field(t.clinics.network(2)).waitFor();
    expect(await desk.field(t.clinics.network(2)).inputValue()).toBe("203.0.113.0/24");
    await desk.button(t.clinics.removeNetwork(2)).click();
    await desk.button(t.clinics.addOwn("127.0.0.1")).click();
    await desk.button(t.clinics.save).click();
    await toast(t.clinics.saved);
    const allowed = async () => {
      const stored = (await world.api("GET", "/api/tenants/me", undefined, token)).data as { security: { allowedAddresses: string[] } };
      return stored.security.allowedAddresses.map((one) => one.replace("/32", ""));
    };
    expect(await allowed()).toEqual(["10.0.0.0/8", "127.0.0.1"]);
    await desk.button(t.clinics.removeNetwork(2)).click();
    await desk.button(t.clinics.removeNetwork(1)).click();
    await desk.button(t.clinics.save).click();
    await expect.poll(allowed).toEqual([]);
    await page.reload();
    await expect.poll(() => desk.field(t.clinics.name).inputValue()).toBe(names.renamed);
    expect(await page.getByRole("checkbox", { name: t.clinics.days.thursday }).isChecked()).toBe(true);
  });

  test("takes what others changed meanwhile, and asks where both changed the same", async () => {
    const { page } = desk;
    await world.api("PATCH", "/api/tenants/me", { weekend: ["friday"] }, token);
    await desk.field(t.clinics.name).fill(who.clinic);
    await desk.button(t.clinics.save).click();
    await toast(t.clinics.saved);
    expect(await page.getByRole("checkbox", { name: t.clinics.days.thursday }).isChecked(), "theirs stays").toBe(false);

    await world.api("PATCH", "/api/tenants/me", { name: names.theirs }, token);
    await desk.field(t.clinics.name).fill(names.renamed);
    await desk.button(t.clinics.save).click();
    await page.getByText(t.ui.conflictHint).waitFor();
    await page.getByText(names.theirs).first().waitFor();
    await desk.look("tenant-conflict");
    await desk.button(t.ui.saveChosen).click();
    await toast(t.clinics.saved);
    const { data } = await world.api("GET", "/api/tenants/me", undefined, token);
    expect((data as { name: string }).name, "what was typed was chosen").toBe(names.renamed);
  });

  test("is painted in its own colour, made fit to read, until somebody signs out", async () => {
    const { page } = desk;
    const teal = "#0f6b63";
    await open("/settings/look", t.clinics.lookTitle);
    expect(await paint("brand")).toBe(teal);
    const colour = page.locator("input[name='branding.color']");
    await colour.fill("yellow");
    await page.getByText(t.clinics.colorWrong).waitFor();
    await desk.button(t.clinics.save).click();
    await page.locator("input[name='branding.color'][aria-invalid]").waitFor();
    await colour.fill("#facc15");
    await page.getByRole("heading", { name: t.clinics.after }).waitFor();
    await desk.look("look");
    await desk.button(t.clinics.save).click();
    await toast(t.clinics.saved);
    await expect.poll(() => paint("brand")).not.toBe(teal);
    const worn = await paint("brand");
    expect(worn, "the yellow itself could not be read").not.toBe("#facc15");
    await desk.look("look-saved");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.evaluate(() => delete document.documentElement.dataset.theme);
    expect(await paint("brand")).not.toBe(worn);
    await desk.look("look-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto("/");
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
    expect(await paint("brand"), "painted before it is drawn").toBe(worn);
    await page.getByRole("button", { name: t.app.account }).first().click();
    await desk.button(t.app.signOut).click();
    await page.waitForURL(/\/sign-in/);
    await desk.field(t.identity.password).waitFor();
    expect(await paint("brand"), "forgotten with the session").toBe(teal);
    await desk.signIn(slug);
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
    await expect.poll(() => paint("brand")).toBe(worn);
  });

  test("has branches with their holidays, Hijri beside Gregorian", async () => {
    const { page } = desk;
    await open("/settings/clinics", t.clinics.clinicsTitle);
    await page.getByRole("link", { name: who.clinic }).waitFor();
    await desk.look("clinics");
    await desk.button(t.clinics.addClinic).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t.clinics.clinicName, { exact: true }).fill(names.branch);
    await dialog.getByLabel(t.clinics.clinicSlug, { exact: true }).fill("No Slug");
    await dialog.getByRole("button", { name: t.clinics.create, exact: true }).click();
    await dialog.locator("input[name=slug][aria-invalid]").waitFor();
    await dialog.getByLabel(t.clinics.clinicSlug, { exact: true }).fill("malqa");
    await dialog.locator("input[name=phone]").fill("12");
    await dialog.getByRole("button", { name: t.clinics.create, exact: true }).click();
    await dialog.locator("input[name=phone][aria-invalid]").waitFor();
    await desk.look("clinic-errors");
    await dialog.locator("input[name=phone]").fill("٠١١ ٢٣٤ ٥٦٧٨");
    await dialog.locator("textarea[name=address]").fill(names.road);
    await dialog.getByRole("button", { name: t.clinics.create, exact: true }).click();
    await page.getByRole("heading", { name: names.branch, level: 1 }).waitFor();

    await desk.button(t.clinics.addHoliday).click();
    await desk.field(t.clinics.firstDay).fill("2027-02-22");
    await page.getByText(names.ramadan).waitFor();
    await desk.field(t.clinics.lastDay).fill("2027-02-20");
    await desk.button(t.clinics.putHoliday).click();
    await page.getByText(t.clinics.holidayFaults.backwards).waitFor();
    await desk.field(t.clinics.lastDay).fill("2027-02-24");
    await page.keyboard.press("Enter");
    await desk.look("clinic-holiday");
    await desk.button(t.clinics.save).click();
    await toast(t.clinics.saved);
    await page.reload();
    await page.getByText(t.clinics.dayCount(3)).waitFor();
    await page.getByRole("button", { name: t.clinics.removeHoliday("x").replace(/\u2068x\u2069/, "").trim() }).first().click();
    await page.getByText(t.clinics.noHolidays).waitFor();
    const focused = page.evaluate(() => document.activeElement?.textContent);
    expect(await focused, "the focus is not lost with the row").toBe(t.clinics.addHoliday);
    await desk.button(t.clinics.discard).click();
    await page.getByText(t.clinics.dayCount(3)).waitFor();
  });

  test("deletes a branch, unless queues stand in the way", async () => {
    const { page } = desk;
    await open("/settings/clinics", t.clinics.clinicsTitle);
    await page.getByRole("link", { name: who.clinic }).click();
    await desk.button(t.clinics.deleteClinic).click();
    await page.getByRole("dialog").getByRole("link", { name: who.doctor }).waitFor();
    await desk.look("clinic-in-use");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await open("/settings/clinics", t.clinics.clinicsTitle);
    await page.getByRole("link", { name: names.branch }).click();
    await desk.button(t.clinics.deleteClinic).click();
    await page.getByRole("dialog").getByRole("button", { name: t.clinics.deleteClinic, exact: true }).click();
    await page.getByRole("heading", { name: t.clinics.clinicsTitle, level: 1 }).waitFor();
    await page.getByRole("link", { name: who.clinic }).waitFor();
    await expect.poll(() => page.getByRole("link", { name: names.branch }).count()).toBe(0);
    const { items } = (await world.api("GET", "/api/clinics", undefined, token)).data as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).not.toContain(names.branch);
  });

  test("connects a number step by step, and says when WhatsApp stops it", async () => {
    const { page } = desk;
    const number = language === "ar" ? "200000000000001" : "200000000000002";
    await world.api("POST", "/simulator/api/numbers", {
      phoneNumberId: number,
      displayNumber: `+155500000${number.slice(-2)}`,
      accessToken: "EAAtoken-of-the-number",
      appSecret: "secret-of-the-app",
      callbackUrl: "/api/webhooks/whatsapp",
    });
    await open("/settings/whatsapp", t.whatsapp.title);
    await page.getByText(t.whatsapp.connected).waitFor();
    await desk.button(t.whatsapp.testNow).click();
    await page.getByText(t.whatsapp.checks.callbacks).waitFor();
    await page.getByText(t.whatsapp.callbacksUnknown).waitFor();
    await desk.look("whatsapp");
    await desk.button(t.whatsapp.change).click();
    await desk.field(t.whatsapp.phoneNumberId).fill(number);
    await page.locator("input[name=businessAccountId]").fill(`1${number}`);
    await desk.field(t.whatsapp.accessToken).fill("EAA-of-somebody-else");
    await desk.field(t.whatsapp.appSecret).fill("secret-of-the-app");
    await desk.button(t.whatsapp.save).click();
    await page.locator("form [aria-invalid]").first().waitFor();
    await desk.look("whatsapp-refused");
    await desk.field(t.whatsapp.accessToken).fill("EAAtoken-of-the-number");
    await desk.button(t.whatsapp.save).click();
    await toast(t.whatsapp.saved);
    await page.getByText(t.whatsapp.addressOk).waitFor();
    await desk.look("whatsapp-connected");
    await desk.button(t.whatsapp.change).click();
    await desk.field(t.whatsapp.phoneNumberId).waitFor();
    expect(await desk.field(t.whatsapp.phoneNumberId).inputValue(), "what may be seen stands there").toBe(number);
    const inputs = await page.locator("input").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
    for (const secret of ["EAAtoken-of-the-number", "secret-of-the-app"]) {
      expect(`${inputs.join()} ${await page.locator("body").textContent()}`, "never shown again").not.toContain(secret);
    }
    await desk.button(t.whatsapp.cancel).click();
    await desk.button(t.whatsapp.testNow).waitFor();

    const ban = { kind: "account", event: "DISABLED_UPDATE", to: number, value: { ban_info: { waba_ban_state: "DISABLE" } } };
    const told = await world.api("POST", "/simulator/api/events", ban);
    expect(told.success, JSON.stringify(told)).not.toBe(false);
    const stopped = page.getByRole("heading", { name: t.whatsapp.stopped });
    await expect
      .poll(async () => {
        await desk.button(t.whatsapp.testNow).click();
        return stopped.count();
      }, { timeout: 20_000 })
      .toBe(1);
    await page.getByText(t.whatsapp.stops.locked).waitFor();
    await page.getByText(t.whatsapp.events.DISABLED_UPDATE).waitFor();
    await desk.look("whatsapp-stopped");
  });

  test("tells in words who did what, and hands it over", async () => {
    const { page } = desk;
    await open("/settings/audit", t.audit.title);
    const entries = page.locator("li > details > summary");
    await entries.getByText(t.audit.actions.set_whatsapp).first().waitFor();
    await desk.look("audit");
    await desk.field(t.audit.what).selectOption("update_tenant");
    await page.waitForURL(/what=update_tenant/);
    const shown = async () => {
      const all = await entries.allTextContents();
      return all.length > 0 && all.every((one) => one.includes(t.audit.actions.update_tenant));
    };
    await expect.poll(shown, { message: "these and no others" }).toBe(true);
    await entries.first().click();
    await page.locator("details[open]").getByText(t.audit.correlation).waitFor();
    await desk.look("audit-entry");
    const [download] = await Promise.all([page.waitForEvent("download"), desk.button(t.audit.export).click()]);
    const text = await readFile(await download.path(), "utf8");
    expect(text.startsWith("\u{FEFF}at,actor,name,"), "spreadsheets read it as UTF-8").toBe(true);
    const rows = text.trim().split("\n").slice(1);
    expect(rows.length).toBeGreaterThanOrEqual(5);
    for (const row of rows) expect(row).toContain("update_tenant");
    // Back leads to what was shown before.
    await page.goBack();
    await entries.getByText(t.audit.actions.set_whatsapp).first().waitFor();
    await desk.field(t.audit.from).fill("2020-01-01");
    await desk.field(t.audit.to).fill("2020-01-02");
    await page.getByText(t.audit.none).waitFor();
    await desk.look("audit-none");
    await open("/settings/stays", t.audit.staysTitle);
    await page.getByText(t.audit.noStays).waitFor();
    await desk.look("stays");
  });

  test("fits a phone, in the dark as well", async () => {
    const { page } = desk;
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto("/");
    await page.getByRole("button", { name: t.app.account }).last().click();
    await desk.button(t.app.themes.dark).click();
    await page.keyboard.press("Escape");
    const pages: [string, string, string][] = [
      ["tenant", "/settings/tenant", t.clinics.tenantTitle],
      ["look", "/settings/look", t.clinics.lookTitle],
      ["clinics", "/settings/clinics", t.clinics.clinicsTitle],
      ["whatsapp", "/settings/whatsapp", t.whatsapp.title],
      ["audit", "/settings/audit", t.audit.title],
      ["stays", "/settings/stays", t.audit.staysTitle],
    ];
    for (const [name, path, title] of pages) {
      await open(path, title);
      await expect.poll(() => page.locator("[aria-hidden].bg-raised.rounded-lg").count(), { message: "loaded" }).toBe(0);
      await desk.look(`${name}-360-dark`);
    }
  });
});

test("who may only look gets no buttons, and the others no page", async () => {
  const desk = await world.visitor("ar");
  const { page } = desk;
  const clinic = await world.clinic("org-staff", "ar");
  await clinic.ask("POST", "/api/users", { fullName: "خالد الحربي", username: "khalid", role: "receptionist", password: PASSWORD });
  await page.goto("/settings/clinics");
  await desk.signIn("org-staff", "khalid");
  await page.getByRole("link", { name: people.ar.clinic }).click();
  await page.getByRole("heading", { name: people.ar.clinic, level: 1 }).waitFor();
  for (const name of [words.ar.clinics.save, words.ar.clinics.deleteClinic, words.ar.clinics.addHoliday]) expect(await desk.button(name).count(), name).toBe(0);
  expect(await page.getByRole("link", { name: words.ar.app.places.whatsapp }).count()).toBe(0);
  await desk.look("clinic-read-only");
  await page.goto("/settings/whatsapp");
  await page.getByRole("alert").waitFor();
  expect(await desk.button(words.ar.whatsapp.testNow).count()).toBe(0);
  expect(await page.getByLabel(words.ar.whatsapp.phoneNumberId).count()).toBe(0);
  await desk.leave();
});

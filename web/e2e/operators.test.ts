/** Those who run the platform: from the temporary password to tenants, a stay in one of them, and dead letters. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { addOperator, beginAsOperator } from "./operator";
import { people, words } from "./words";
import { PASSWORD as OWN, World, type Visitor } from "./world";

const folder = mkdtempSync(join(tmpdir(), "dawr-operators-"));
const NAMES = { ar: "هند القحطاني", en: "Hind Qahtani" };
const temporary: Partial<Record<Language, string>> = {};

let world: World;
beforeAll(async () => {
  const first = await World.start(folder);
  for (const language of ["ar", "en"] as const) {
    const { clinic } = people[language];
    for (const [index, kind] of (["clinic", "hospital", "solo_doctor"] as const).entries()) {
      await first.clinic(`ops-${language}-${index}`, language, { clinicName: index === 0 ? clinic : `${clinic} ${index + 1}`, kind });
    }
  }
  await first.end();
  for (const language of ["ar", "en"] as const) {
    temporary[language] = addOperator(folder, `hind-${language}`, NAMES[language]);
  }
  world = await World.start(folder);
}, 180_000);
afterAll(async () => {
  await world.end();
  rmSync(folder, { recursive: true });
});

/** Puts a job among the dead ones, as SQS does after the fifth time. */
async function die(queue: string): Promise<void> {
  const answer = await fetch(`${world.sqs}/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
    body: JSON.stringify({ QueueUrl: `${world.sqs}/000000000000/${queue}-dead`, MessageBody: "{}" }),
  });
  expect(answer.status).toBe(200);
}

describe.each(["ar", "en"] as const)("an operator in %s", (language: Language) => {
  const t = words[language];
  const p = t.platform;
  const clinic = people[language].clinic;
  let desk: Visitor;

  beforeAll(async () => {
    desk = await world.visitor(language);
  });
  afterAll(() => desk.leave());

  test("chooses a password and sets up a second factor before anything else", async () => {
    await beginAsOperator(desk, `hind-${language}`, temporary[language] ?? "", (name) => desk.look(name));
  });

  test("finds tenants", async () => {
    const { page } = desk;
    await page.getByRole("link", { name: clinic }).first().waitFor();
    await desk.look("tenants");
    await page.getByLabel(p.search).fill(`ops-${language}-1`);
    await expect.poll(() => page.getByRole("main").getByRole("listitem").count()).toBe(1);
    expect(new URL(page.url()).searchParams.get("search")).toContain(`ops-${language}-1`);
    await desk.button(p.suspended).click();
    await page.getByText(p.noneMatch).waitFor();
    await desk.look("tenants-none");
    await desk.button(p.showAll).click();
    await expect.poll(() => page.getByLabel(p.search).inputValue()).toBe("");
    await expect.poll(() => page.getByRole("main").getByRole("listitem").count()).toBeGreaterThan(1);
    // What stood there is not asked for again.
    await page.waitForTimeout(600);
    expect(new URL(page.url()).search).toBe("");
    await page.getByLabel(p.search).fill(`ops-${language}-0`);
    const found = page.getByRole("main").getByRole("listitem");
    await expect.poll(() => found.allTextContents()).toEqual([expect.stringContaining(`ops-${language}-0`)]);
    await found.getByRole("link").click();
    await page.getByRole("heading", { name: clinic, exact: true, level: 1 }).waitFor();
  });

  test("sets what the plan allows, also when another operator did so meanwhile", async () => {
    const { page } = desk;
    await desk.look("tenant");
    for (const wrong of ["0", "2.5"]) {
      await page.getByLabel(p.maxMembers).fill(wrong);
      await desk.button(p.save).click();
      await page.locator("input[name=members][aria-invalid]").waitFor();
    }
    await page.getByLabel(p.maxMembers).fill("٢٥");
    await desk.button(p.save).click();
    await page.getByText(p.limitsSaved).waitFor();
    await page.getByText("/ 25").waitFor();
    // The other one has the page open in another tab, and is quicker.
    const other = await desk.tab(page.url());
    await other.getByLabel(p.maxMembers).fill("30");
    await other.getByRole("button", { name: p.save, exact: true }).click();
    await other.getByText(p.limitsSaved).waitFor();
    await other.close();
    await page.getByLabel(p.maxMembers).fill("20");
    await page.getByLabel(p.maxClinics).fill("3");
    await desk.button(p.save).click();
    await page.getByText(t.ui.conflictHint).waitFor();
    await page.getByRole("radio", { name: "30" }).waitFor();
    await desk.look("tenant-conflict");
    await desk.button(t.ui.saveChosen).click();
    await page.getByText(t.ui.conflictHint).waitFor({ state: "detached" });
    await page.getByText("/ 20").waitFor();
  });

  test("suspends a tenant with a reason, and resumes it", async () => {
    const { page } = desk;
    await desk.button(p.suspend).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: p.suspend, exact: true }).click();
    await dialog.locator("[aria-invalid]").waitFor();
    await desk.look("suspend");
    await dialog.getByLabel(p.reason).fill(language === "ar" ? "لم تُسدَّد الفواتير" : "Invoices were not paid");
    await dialog.getByRole("button", { name: p.suspend, exact: true }).click();
    await desk.button(p.resume).waitFor();
    await desk.look("tenant-suspended");
    const entering = async () => {
      const answer = await world.api("POST", "/api/auth/login", { clinic: `ops-${language}-0`, username: "sara", password: OWN });
      return (answer.errors as { code: string }[] | undefined)?.[0]?.code;
    };
    await expect.poll(entering, { message: "nobody works there" }).toBe("TenantSuspended");
    await desk.button(p.resume).click();
    await desk.button(p.suspend).waitFor();
    await expect.poll(entering, { message: "they work again" }).toBeUndefined();
  });

  test("enters the tenant with a frame around everything, and leaves it", async () => {
    const { page } = desk;
    await desk.button(p.begin).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(p.minutes).fill("900");
    await dialog.getByRole("button", { name: p.enter, exact: true }).click();
    await dialog.locator("[aria-invalid]").first().waitFor();
    await desk.look("stay-begin");
    await dialog.getByLabel(p.reason).fill(language === "ar" ? "رسائل لا تصل إلى المرضى" : "Messages do not arrive");
    await dialog.getByLabel(p.minutes).fill("30");
    await dialog.getByRole("button", { name: p.enter, exact: true }).click();
    const frame = page.getByRole("complementary", { name: t.app.stayLabel });
    await frame.getByText(t.app.stayIn(clinic)).waitFor();
    await desk.look("stay-home");
    // It stays over every page, over a dialog, and after a reload.
    await page.goto("/settings");
    await frame.waitFor();
    await page.reload();
    await frame.waitFor();
    await page.getByRole("button", { name: t.app.account }).first().click();
    await page.getByRole("dialog").waitFor();
    // What is behind a dialog cannot be pressed, but the frame is still drawn over its veil.
    const layers = await page.evaluate(() => {
      const layer = (element: Element | null): number => {
        for (let at = element; at; at = at.parentElement) {
          const z = Number(getComputedStyle(at).zIndex);
          if (z > 0) return z;
        }
        return 0;
      };
      return { frame: layer(document.querySelector("aside.sticky.bg-warn")), dialog: layer(document.querySelector("[role=dialog]")) };
    });
    expect(layers.frame, "the frame is above the dialog").toBeGreaterThan(layers.dialog);
    await desk.look("stay-dialog");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 360, height: 740 });
    await desk.look("stay-360");
    await page.setViewportSize({ width: 1440, height: 900 });
    await frame.getByRole("button", { name: t.app.stayEnd }).click();
    await page.getByRole("heading", { name: clinic, level: 1 }).waitFor();
    expect(await frame.count()).toBe(0);
    await page.getByRole("link", { name: t.app.places.elevations }).first().click();
    await page.getByText(p.endedBy.platform).first().waitFor();
    await desk.look("elevations");
  });

  test("moves dead letters back, and sees how far it is", async () => {
    const { page } = desk;
    await page.getByRole("link", { name: t.app.places.deadLetters }).first().click();
    await page.getByText(p.nothingDead).first().waitFor();
    for (const queue of ["audits", "sends"]) await die(queue);
    const audits = page.getByRole("region", { name: p.queueNames.audits });
    await audits.getByRole("button", { name: p.redrive }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(p.rate).fill("700");
    await dialog.getByRole("button", { name: p.redrive }).click();
    await dialog.locator("[aria-invalid]").waitFor();
    await desk.look("redrive");
    await dialog.getByLabel(p.rate).fill("1");
    await dialog.getByRole("button", { name: p.redrive }).click();
    // It never died in earnest, so that SQS does not know where it belongs, and says so.
    await audits.getByText(p.redriveStatus.failed).waitFor();
    await audits.getByText("CouldNotDetermineMessageSource").waitFor();

    // One that takes its time, as SQS tells of it.
    const told = { queue: "sends", status: "running", moved: 30, toMove: 90, maxPerSecond: 1, startedAt: new Date().toISOString(), failure: null };
    let begun = false;
    await page.route("**/api/dead-letters/sends/redrive", async (route) => {
      begun ||= route.request().method() === "POST";
      if (!begun) return route.fallback();
      if (route.request().method() === "DELETE") told.status = "cancelling";
      else if (told.status === "cancelling") told.status = "cancelled";
      else if (route.request().method() === "GET") told.moved += 1;
      return route.fulfill({ json: { success: true, data: told } });
    });
    const sends = page.getByRole("region", { name: p.queueNames.sends });
    await sends.getByRole("button", { name: p.redrive }).click();
    await dialog.getByRole("button", { name: p.redrive }).click();
    await sends.getByRole("progressbar", { name: p.redriveStatus.running }).waitFor();
    await sends.getByText(p.movedOf("31", "90")).waitFor();
    await sends.getByText(p.movedOf("32", "90")).waitFor();
    await desk.look("redrive-running");
    await sends.getByRole("button", { name: p.stop }).click();
    await sends.getByText(p.redriveStatus.cancelled).waitFor();
    await sends.getByRole("button", { name: p.redrive }).waitFor();
    await desk.look("dead-letters");
    await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    await page.setViewportSize({ width: 360, height: 740 });
    await desk.look("dead-letters-360-dark");
    await page.getByRole("link", { name: t.app.places.tenants }).first().click();
    await page.getByRole("link", { name: clinic }).first().waitFor();
    await desk.look("tenants-360-dark");
  });
});

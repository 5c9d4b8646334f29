/** A list of patients becomes people in a queue: read as it shows, its columns said, its rows repaired, its totals true. */

import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { people, words } from "./words";
import { PASSWORD, World, type Visitor } from "./world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.end());

const BOOK = fileURLToPath(new URL("files/clinic-list.xlsx", import.meta.url));
const csv = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** A clinic with a queue, and somebody signed in to it. */
async function desk(language: Language): Promise<{ visitor: Visitor; queue: string }> {
  const t = words[language];
  const visitor = await world.visitor(language);
  const { page } = visitor;
  await page.goto("/sign-up");
  await visitor.field(t.identity.clinicName).fill(people[language].clinic);
  await visitor.field(t.identity.slug).fill(`import-${language}`);
  await visitor.field(t.identity.fullName).fill(people[language].owner);
  await visitor.field(t.identity.username).fill("sara");
  await visitor.field(t.identity.password).fill(PASSWORD);
  await visitor.button(t.identity.create).click();
  await visitor.button(t.home.go).click();
  await visitor.field(t.queues.doctorName).fill(people[language].doctor);
  await visitor.button(t.queues.open).click();
  await page.getByText(t.queues.emptyWaiting).waitFor();
  return { visitor, queue: new URL(page.url()).pathname };
}

describe.each(["ar", "en"] as const)("an import in %s", (language: Language) => {
  const t = words[language];
  let one: Visitor;
  let queue = "";

  beforeAll(async () => {
    ({ visitor: one, queue } = await desk(language));
  });
  afterAll(() => one.leave());

  const row = (n: number) => one.page.getByRole("article", { name: t.imports.row(n), exact: true });

  test("begins at the empty queue, with a file that is no list said so", async () => {
    const { page } = one;
    await page.getByRole("link", { name: t.queues.importFile }).click();
    await page.getByRole("heading", { name: t.imports.title }).waitFor();
    await one.look("import-file");
    await page.getByLabel(t.imports.fileField).setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") });
    await page.getByRole("alert").waitFor();
    await one.look("import-refused");
  });

  test("reads what a person sees, and asks for the rest", async () => {
    const { page } = one;
    await page.getByLabel(t.imports.fileField).setInputFiles(BOOK);
    await page.getByRole("heading", { name: t.imports.columnsTitle }).waitFor();
    expect(await one.field(t.imports.sheet).inputValue(), "the sheet that is open").toBe("اليوم");
    await page.getByText(t.imports.hiddenLeft(t.imports.hiddenRows(2))).waitFor();
    await page.getByText(t.imports.missing(t.imports.field.phoneNumber)).waitFor();
    await page.getByText("00123").waitFor();
    await page.getByText("10:30").waitFor();
    await one.look("import-columns");
    // Hidden rows are read on wish, and left again.
    await one.button(t.imports.readHidden).click();
    await page.getByText(t.imports.hiddenRead(t.imports.hiddenRows(2))).waitFor();
    await one.button(t.imports.readShown).click();
    await page.getByText(t.imports.hiddenLeft(t.imports.hiddenRows(2))).waitFor();
    await page.getByLabel(t.imports.usedFor("رقم ولي أمر الطفل")).selectOption("phoneNumber");
    await one.button(t.imports.toRows).click();
    await page.getByRole("heading", { name: t.imports.rowsTitle }).waitFor();
    await row(2).waitFor();
  });

  test("goes back and comes again with the same file", async () => {
    const { page } = one;
    await page.goBack();
    await page.getByRole("heading", { name: t.imports.columnsTitle }).waitFor();
    await page.goBack();
    await one.button(t.imports.goOn).click();
    await page.getByRole("heading", { name: t.imports.columnsTitle }).waitFor();
    expect(await page.getByLabel(t.imports.usedFor("رقم ولي أمر الطفل")).inputValue()).toBe("phoneNumber");
    await one.button(t.imports.toRows).click();
    await row(2).waitFor();
  });

  test("repairs a row in place and leaves one out, with the keyboard alone", async () => {
    const { page } = one;
    await one.look("import-rows");
    await page.getByRole("button", { name: new RegExp(`^${t.imports.kind.error}`) }).press("Enter");
    await expect.poll(() => page.getByRole("article").count()).toBe(2);
    await one.look("import-errors");
    await page.getByRole("button", { name: t.imports.editRow(5) }).press("Enter");
    // The wrong cell has the focus.
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-invalid"))).toBe("true");
    await one.look("import-editing");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("٠٥٠١٢٣٠٠١٤");
    await page.keyboard.press("Enter");
    await row(5).getByText(t.imports.mended).waitFor();
    await row(5).getByText(t.imports.kind.ready).waitFor();
    await page.getByRole("button", { name: t.imports.leaveOutRow(7) }).press("Enter");
    await row(7).getByText(t.imports.kind.leftOut).waitFor();
    await page.getByRole("button", { name: t.imports.takeBackRow(7) }).press("Enter");
    await row(7).getByText(t.imports.kind.error).waitFor();
    await one.look("import-repaired");
  });

  test("gives the rows to repair as a file", async () => {
    const download = one.page.waitForEvent("download");
    await one.button(t.imports.repairFile).click();
    const file = await (await download).createReadStream();
    const parts: Buffer[] = [];
    for await (const part of file) parts.push(part as Buffer);
    const lines = Buffer.concat(parts).toString("utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]?.startsWith("\uFEFFم,اسم المريض")).toBe(true);
    expect(lines[1]).toContain("0501230016,00128,13:00,");
  });

  test("adds them, and its totals are true", async () => {
    const { page } = one;
    await one.button(t.imports.add(3)).click();
    await page.getByText(t.imports.doneTitle).waitFor();
    await one.look("import-done");
    const total = async (label: string) => page.locator("dl > div", { hasText: label }).locator("dd").textContent();
    expect(await total(t.imports.totals.added)).toBe("3");
    expect(await total(t.imports.totals.refused)).toBe("1");
    expect(await total(t.imports.totals.read)).toBe("4");
    await page.reload();
    await page.getByText(t.imports.doneTitle).waitFor();
    await page.getByRole("link", { name: t.imports.openQueue }).click();
    await page.getByRole("article").filter({ hasText: "هند العتيبي" }).waitFor();
    await expect.poll(() => page.getByRole("article").count()).toBe(3);
  });

  test("knows the columns the next time, at 360 px", async () => {
    const { page } = one;
    await page.setViewportSize({ width: 360, height: 740 });
    await one.button(t.queues.queueMenu).click();
    await page.getByRole("menuitem", { name: t.queues.importFile }).click();
    await one.look("import-file-360");
    await page.getByLabel(t.imports.fileField).setInputFiles(BOOK);
    await page.getByRole("heading", { name: t.imports.columnsTitle }).waitFor();
    expect(await page.getByLabel(t.imports.usedFor("رقم ولي أمر الطفل")).inputValue()).toBe("phoneNumber");
    await one.look("import-columns-360");
    await one.button(t.imports.toRows).click();
    await row(2).waitFor();
    await one.look("import-rows-360");
    await page.getByRole("button", { name: t.imports.editRow(5) }).click();
    await one.look("import-editing-360");
    await page.keyboard.press("Escape");
    await one.button(t.imports.add(2)).click();
    await page.getByText(t.imports.doneTitle).waitFor();
    const already = page.locator("dl > div", { hasText: t.imports.totals.already }).locator("dd");
    expect(await already.textContent(), "who waits already is no error").toBe("2");
    await one.look("import-done-360");
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test("takes thousands of rows, shows them at once and how far it is", async () => {
    const { page } = one;
    const list = ["الاسم,الجوال", ...Array.from({ length: 600 }, (_, n) => `مريض رقم ${n},05${10_000_000 + n}`)].join("\n");
    await page.goto(`${queue}/import`);
    await page.getByLabel(t.imports.fileField).setInputFiles(csv("many.csv", list));
    await one.button(t.imports.toRows).click();
    await row(2).waitFor({ timeout: 60_000 });
    expect(await page.getByRole("article").count(), "only those in sight are drawn").toBeLessThan(40);
    await one.button(t.imports.add(600)).click();
    await page.getByRole("progressbar").waitFor();
    await expect.poll(async () => Number(await page.getByRole("progressbar").getAttribute("aria-valuenow")), { timeout: 20_000 }).toBeGreaterThan(0);
    await one.look("import-progress");
    await page.getByText(t.imports.doneTitle).waitFor({ timeout: 90_000 });
  }, 120_000);
});

/** Messages for staff: what was sent, what failed and is mended, templates, quotas, and a queue's own tabs. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { people, words } from "./words";
import { World, type Clinic, type Visitor } from "./world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.end());

const phone = (n: number, language: Language) => `+96650${language === "ar" ? 1 : 2}${String(100_000 + n * 1_111)}`;

/** Who else is there, and what is written. */
const more = {
  ar: {
    colleague: "عبير الشمري",
    otherDoctor: "د. ليلى الحربي",
    unknown: "الاسم الأول",
    text: "، نتمنى لك السلامة.",
    newTitle: "متابعة بعد الزيارة",
    mine: "متابعة المراجعين",
    theirs: "سلامتك",
  },
  en: {
    colleague: "Abeer Shammari",
    otherDoctor: "Dr Layla Harbi",
    unknown: "first name",
    text: ", we wish you well.",
    newTitle: "After the visit",
    mine: "After each visit",
    theirs: "Get well",
  },
};

describe.each(["ar", "en"] as const)("messages in %s", (language: Language) => {
  const t = words[language];
  const who = { ...people[language], ...more[language] };
  const m = t.messaging;
  let desk: Visitor;
  let clinic: Clinic;
  let queue = "";
  let template = "";

  const api = <T>(method: string, path: string, body?: unknown) => clinic.ask<T>(method, path, body);
  const failedNow = async () => (await api<{ items: unknown[] }>("GET", "/api/tasks/failed")).items.length;

  beforeAll(async () => {
    clinic = await world.clinic(`messages-${language}`, language);
    queue = (await api<{ id: string }>("POST", "/api/queues", { doctorName: who.doctor, estimatedWaitMinutes: 10 })).id;
    for (const [n, fullName] of who.patients.entries()) {
      await api("POST", `/api/queues/${queue}/patients`, { fullName, phoneNumber: phone(n, language) });
    }
    await api("POST", "/api/users", { fullName: who.colleague, username: "abeer", role: "moderator", clinics: "all" });
    desk = await world.visitor(language);
    const { page } = desk;
    await page.goto("/sign-in");
    await desk.signIn(`messages-${language}`);
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
  });
  afterAll(() => desk.leave());

  test("one's own template begins as a copy of another", async () => {
    const { page } = desk;
    await page.getByRole("link", { name: t.app.places.templates }).first().click();
    await page.getByRole("list", { name: t.templates.templatesTitle }).waitFor();
    expect(await page.getByRole("main").getByRole("listitem").count(), "eight came with the account").toBe(8);
    await desk.look("templates");
    await page.getByRole("link", { name: who.template }).click();
    await page.getByRole("link", { name: t.templates.copyTemplate }).click();
    await page.getByRole("heading", { name: t.templates.newTemplate }).waitFor();
    await desk.field(t.templates.templateTitle).fill("");
    await desk.field(t.templates.content).fill(`{{${who.unknown}}}`);
    await desk.button(t.templates.create).click();
    await page.getByText(t.templates.unknownVariable(who.unknown)).waitFor();
    await desk.look("template-errors");
    await desk.field(t.templates.content).fill(who.text);
    await desk.button(t.templates.create).click();
    await page.locator("[aria-invalid]").waitFor();
    expect(await page.locator("[aria-invalid]").getAttribute("name"), "the API's own word at its field").toBe("title");
    await desk.field(t.templates.templateTitle).fill(who.newTitle);
    // What is chosen stands at the cursor, and in the preview as a patient sees it.
    await desk.field(t.templates.content).press("Home");
    await desk.button(t.templates.insertOne(m.variables.patientName)).click();
    expect(await desk.field(t.templates.content).inputValue()).toBe(`{{${m.variables.patientName}}}${who.text}`);
    const preview = page.getByRole("region", { name: t.templates.preview });
    await preview.getByText(who.text).first().waitFor();
    await preview.getByRole("button", { name: t.templates.samples.en }).click();
    await preview.getByText("Noura Shehri").first().waitFor();
    await desk.look("template-new");
    await desk.button(t.templates.create).click();
    await page.getByRole("list", { name: t.templates.templatesTitle }).waitFor();
    const all = await api<{ items: { id: string; title: string; content: string }[] }>("GET", "/api/templates");
    const own = all.items.find(({ title }) => title === who.newTitle);
    expect(own?.content).toBe(`{{patientName}}${who.text}`);
    template = own?.id ?? "";
  });

  test("an approved template is named with what fills it", async () => {
    const { page } = desk;
    await page.getByRole("link", { name: who.newTitle }).click();
    await page.getByRole("radio", { name: t.templates.ways.approved }).check();
    await desk.field(t.templates.providerName).fill("Not A Name");
    await desk.button(t.templates.fillParameters).click();
    await desk.button(t.templates.save).click();
    await page.locator("[name='providerTemplate.name'][aria-invalid]").waitFor();
    await desk.look("template-approved");
    await desk.field(t.templates.providerName).fill("visit_1");
    await desk.button(t.templates.save).click();
    await page.getByRole("list", { name: t.templates.templatesTitle }).waitFor();
    await page.getByText(t.templates.approvedAs, { exact: true }).waitFor();
    const now = await api<{ providerTemplate: { name: string; parameters: string[] } }>("GET", `/api/templates/${template}`);
    expect(now.providerTemplate).toMatchObject({ name: "visit_1", parameters: ["patientName"] });
  });

  test("who changes what a colleague has changed sees both versions", async () => {
    const { page } = desk;
    await page.getByRole("link", { name: who.newTitle }).click();
    await desk.field(t.templates.templateTitle).fill(who.mine);
    await api("PUT", `/api/templates/${template}`, { title: who.theirs, content: who.text, isShared: false });
    await desk.button(t.templates.save).click();
    await page.getByRole("alert").waitFor();
    await page.getByText(who.theirs).waitFor();
    await desk.look("template-conflict");
    await desk.button(t.ui.saveChosen).click();
    await page.getByRole("link", { name: who.mine }).waitFor();
    const now = await api<{ title: string; isShared: boolean; providerTemplate: null }>("GET", `/api/templates/${template}`);
    expect(now, "mine where I changed it, theirs elsewhere").toMatchObject({ title: who.mine, isShared: false, providerTemplate: null });
  });

  test("the log shows each message, how far it came and why not", async () => {
    const { page } = desk;
    for (const n of [0, 1]) {
      await world.api("POST", "/simulator/api/faults", { kind: "error:131026", to: phone(n, language), times: 1 });
    }
    await page.goto(`/queues/${queue}`);
    await desk.button(t.queues.queueMenu).click();
    await page.getByRole("menuitem", { name: t.queues.sendMessage }).click();
    await page.getByRole("button", { name: who.template }).click();
    await desk.button(m.send(3)).click();
    await page.getByText(m.allDone).waitFor();
    await desk.look("send-progress");
    await page.getByRole("link", { name: m.sameSend }).click();
    await page.getByRole("heading", { name: m.logTitle }).waitFor();
    expect(new URL(page.url()).searchParams.get("batch")).toBeTruthy();
    const rows = page.getByRole("main").getByRole("listitem");
    await expect.poll(() => rows.count()).toBe(3);
    await desk.look("log");
    await desk.button(t.ui.message.failed).click();
    await expect.poll(() => rows.count()).toBe(2);
    await desk.button(m.times.yesterday).click();
    await page.getByText(m.noneFound).waitFor();
    await desk.look("log-none");
    await desk.button(m.times.today).click();
    await rows.filter({ hasText: who.patients[0] ?? "" }).getByRole("button").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(m.reasons.NotReachable).waitFor();
    await dialog.getByText(m.outcomes.failed).or(dialog.getByText(m.outcomes.refused)).first().waitFor();
    expect(await dialog.getByRole("link", { name: m.openPatient }).getAttribute("href")).toMatch(/^\/patients\/pat_/);
    await desk.look("message");
    await page.reload();
    await dialog.getByText(m.reasons.NotReachable).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog.count()).toBe(0);
    expect(new URL(page.url()).searchParams.get("status"), "the filter stays").toBe("failed");
  });

  test("what failed is decided on one by one, and all at once", async () => {
    const { page } = desk;
    await expect.poll(failedNow).toBe(2);
    await page.getByRole("link", { name: t.app.places.failed }).first().click();
    await page.getByRole("article").first().waitFor();
    await page.getByLabel(m.selectOf(who.patients[0] ?? "")).check();
    await page.getByText(m.selected(1)).waitFor();
    await desk.look("failed-selected");
    await desk.button(m.retry).first().click();
    await expect.poll(failedNow).toBe(1);
    await expect.poll(() => page.getByRole("article").count()).toBe(1);
    await desk.button(m.dismissOf(who.patients[1] ?? "")).click();
    await page.getByRole("dialog", { name: m.dismissTitle(1) }).waitFor();
    await desk.look("dismiss");
    await desk.button(m.dismiss).click();
    await page.getByText(m.noneFailed).waitFor();
    expect(await failedNow()).toBe(0);
  });

  test("a queue has its messages, what failed and its settings beside the line", async () => {
    const { page } = desk;
    for (let n = 20; n < 60; n += 1) {
      await api("POST", `/api/queues/${queue}/patients`, { fullName: `${who.colleague} ${n}`, phoneNumber: phone(n, language) });
    }
    await page.goto(`/queues/${queue}`);
    await page.getByRole("article").first().waitFor();
    const beyond = () => page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
    await expect.poll(beyond).toBe(0);
    expect(await page.getByRole("article").count(), "only what is in sight is drawn").toBeLessThan(30);
    const tabs = page.getByRole("navigation", { name: t.queues.tabsLabel });
    await tabs.getByRole("link", { name: t.queues.tabs.messages }).click();
    await page.getByRole("main").getByText(who.patients[2] ?? "").first().waitFor();
    await desk.look("queue-messages");
    await tabs.getByRole("link", { name: t.queues.tabs.failed }).click();
    await page.getByText(m.noneFailed).waitFor();
    await tabs.getByRole("link", { name: t.queues.tabs.settings }).click();
    await desk.field(t.queues.doctorName).fill("");
    await desk.button(t.queues.save).click();
    await page.locator("[name=doctorName][aria-invalid]").waitFor();
    await desk.field(t.queues.doctorName).fill(who.otherDoctor);
    // Somebody who comes in meanwhile makes a new version, and is no conflict.
    await api("POST", `/api/queues/${queue}/patients`, { fullName: who.colleague, phoneNumber: phone(9, language) });
    await desk.look("queue-settings");
    await desk.button(t.queues.save).click();
    await page.getByRole("heading", { name: who.otherDoctor }).waitFor();
    await desk.button(t.queues.remove).click();
    await page.getByText(t.queues.removeFull(44)).waitFor();
    await desk.look("queue-remove");
    await page.getByRole("dialog").getByRole("button", { name: t.queues.remove }).click();
    await page.waitForURL((url) => url.pathname === "/");
    expect(await api<{ items: unknown[] }>("GET", "/api/queues")).toMatchObject({ items: [] });
  });

  test("a quota is granted, taken back and removed", async () => {
    const { page } = desk;
    const q = t.quotas;
    await page.goto("/settings/quotas");
    const card = page.getByRole("article").filter({ hasText: who.colleague });
    await card.getByText(q.neverGranted).first().waitFor();
    await page.getByRole("article").filter({ hasText: who.owner }).getByText(q.noLimit).first().waitFor();
    const open = async (item: string) => {
      await desk.button(q.more(who.colleague)).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await open(q.change);
    await desk.field(q.addMessages).pressSequentially("٢٠٠");
    await desk.look("quota");
    await desk.button(q.save).click();
    await card.getByText(q.left(200)).waitFor();
    await desk.look("quotas");
    await open(q.change);
    await desk.button(q.directions.take).click();
    await desk.field(q.addMessages).fill("500");
    await desk.button(q.save).click();
    await page.locator("[name=addMessages][aria-invalid]").waitFor();
    await desk.field(q.addMessages).fill("50");
    await desk.button(q.save).click();
    await card.getByText(q.left(150)).waitFor();
    await open(q.remove);
    await page.getByRole("dialog").getByRole("button", { name: q.remove }).click();
    await card.getByText(q.neverGranted).first().waitFor();
  });

  test("all of it on a phone, in the dark", async () => {
    const { page } = desk;
    await page.evaluate((chosen) => localStorage.setItem("dawr.preferences", chosen), JSON.stringify({ language, theme: "dark" }));
    await page.setViewportSize({ width: 360, height: 740 });
    for (const [path, name] of [
      ["/messages", "log-360"],
      ["/templates", "templates-360"],
      [`/templates/${template}`, "template-360"],
      ["/settings/quotas", "quotas-360"],
    ] as const) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("main").getByRole("listitem").or(page.getByRole("form")).first().waitFor();
      await desk.look(name);
    }
    await page.goto(`/templates/${template}`);
    await desk.button(t.templates.deleteTemplate).click();
    await page.getByRole("dialog").getByRole("button", { name: t.templates.deleteTemplate }).click();
    await page.getByText(t.templates.deleted(who.mine)).waitFor();
    const all = await api<{ items: { id: string }[] }>("GET", "/api/templates");
    expect(all.items.map(({ id }) => id)).not.toContain(template);
  });
});

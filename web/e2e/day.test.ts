/** The main path of a clinic's day, in Arabic and in English. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { people, words } from "./words";
import { PASSWORD, World, type Visitor } from "./world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.end());

const PHONES = ["٠٥٠١٢٣٤٥٦٧", "055 123 4567", "+966 50 999 8877"];

describe.each(["ar", "en"] as const)("a day in %s", (language: Language) => {
  const t = words[language];
  const who = people[language];
  let desk: Visitor;
  let queue = "";

  beforeAll(async () => {
    desk = await world.visitor(language);
  });
  afterAll(() => desk.leave());

  test("a clinic signs up", async () => {
    const { page } = desk;
    await page.goto("/");
    await page.getByRole("heading", { name: t.identity.signIn }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await desk.look("sign-in");
    await page.getByRole("link", { name: t.identity.signUp }).click();
    await desk.button(t.identity.create).click();
    await page.locator("[aria-invalid]").first().waitFor();
    expect(await page.locator("[aria-invalid]").count(), "every field that is missing says so").toBeGreaterThanOrEqual(4);
    await desk.look("sign-up-errors");
    await desk.field(t.identity.clinicName).fill(who.clinic);
    await desk.field(t.identity.slug).fill(`noor-${language}`);
    await desk.field(t.identity.fullName).fill(who.owner);
    await desk.field(t.identity.username).fill("sara");
    await desk.field(t.identity.password).fill(PASSWORD);
    await desk.look("sign-up");
    await desk.button(t.identity.create).click();
    await page.getByRole("heading", { name: t.home.stepsTitle }).waitFor();
    await desk.look("first-steps");
  });

  test("opens a doctor's queue", async () => {
    const { page } = desk;
    await desk.button(t.home.go).click();
    await desk.field(t.queues.doctorName).fill(who.doctor);
    await page.getByLabel(t.queues.minutes).fill("١٠");
    await desk.look("new-queue");
    await desk.button(t.queues.open).click();
    await page.getByText(t.queues.emptyWaiting).waitFor();
    queue = new URL(page.url()).pathname;
    await desk.look("queue-empty");
  });

  test("adds patients, and finds those who are registered", async () => {
    const { page } = desk;
    for (const [index, name] of who.patients.entries()) {
      await page.getByRole("button", { name: t.queues.addPatient }).first().click();
      await desk.field(t.queues.fullName).fill(name);
      await desk.field(t.queues.phone).pressSequentially(PHONES[index] ?? "");
      if (index === 0) expect(await desk.field(t.queues.phone).inputValue(), "digits are folded").toBe("0501234567");
      await desk.button(t.queues.addToLine).click();
      await page.getByRole("article").filter({ hasText: name }).waitFor();
    }
    // Who waits already is named with the number before anything is sent.
    await page.getByRole("button", { name: t.queues.addPatient }).first().click();
    await desk.field(t.queues.fullName).fill((who.patients[0] ?? "").slice(0, 4));
    await page.getByText(t.queues.alreadyNumber(1)).waitFor();
    await desk.look("add-patient");
    await desk.field(t.queues.fullName).fill(who.patients[0] ?? "");
    await desk.field(t.queues.phone).fill(PHONES[0] ?? "");
    await desk.button(t.queues.addToLine).click();
    await page.getByRole("alert").waitFor();
    await page.keyboard.press("Escape");
    await desk.look("queue-waiting");
  });

  test("moves a patient by menu, with the keyboard alone", async () => {
    const { page } = desk;
    const [first = "", second = ""] = who.patients;
    await page.getByRole("button", { name: t.queues.actions(2, second) }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: t.queues.moveUp }).waitFor();
    await desk.look("ticket-menu");
    await page.keyboard.press("ArrowDown");
    await page.getByRole("menuitem", { name: t.queues.moveUp }).press("Enter");
    await page.getByText(t.queues.moved(2, 1)).waitFor();
    const names = page.getByRole("list", { name: t.queues.waiting }).getByRole("heading");
    await expect.poll(() => names.allTextContents()).toEqual([second, first, who.patients[2]]);
  });

  test("moves a patient by hand, and takes it back", async () => {
    const { page } = desk;
    const [first = "", second = "", third = ""] = who.patients;
    const names = page.getByRole("list", { name: t.queues.waiting }).getByRole("heading");
    const card = (name: string) => page.getByRole("article").filter({ hasText: name });
    const grip = await card(second).locator("[data-grip]").boundingBox();
    const below = await card(third).boundingBox();
    if (!grip || !below) throw new Error("the cards are not there");
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(grip.x, below.y + below.height / 2 + 8, { steps: 5 });
    // What is carried covers a part of what lies below it.
    await desk.look("dragging", ["target-size"]);
    await page.mouse.up();
    await page.getByText(t.queues.moved(2, 3)).waitFor();
    await expect.poll(() => names.allTextContents()).toEqual([first, third, second]);
    await page.getByRole("button", { name: t.queues.undoMove(2, 1) }).click();
    await expect.poll(() => names.allTextContents()).toEqual([second, first, third]);
    // Let go of in the middle, nothing happens.
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(grip.x, below.y + below.height, { steps: 3 });
    await page.keyboard.press("Escape");
    await page.mouse.up();
    expect(await names.allTextContents()).toEqual([second, first, third]);
  });

  test("tells everybody who waits, and sees the ticks", async () => {
    const { page } = desk;
    await desk.button(t.queues.queueMenu).click();
    await page.getByRole("menuitem", { name: t.queues.sendMessage }).click();
    await page.getByRole("button", { name: who.template }).waitFor();
    await desk.look("templates");
    await page.getByRole("button", { name: who.template }).click();
    await page.getByText(t.messaging.willGet(3)).waitFor();
    await desk.look("send-preview");
    await desk.button(t.messaging.send(3)).click();
    await page.getByText(t.messaging.allDone).waitFor();
    await page.getByRole("dialog").getByText(t.ui.message.read).or(page.getByRole("dialog").getByText(t.ui.message.delivered)).first().waitFor();
    await desk.look("send-progress");
    expect((await world.phone("+966501234567")).at(-1)).toContain(who.patients[0]);
    await desk.button(t.messaging.done).click();
  });

  test("calls the next one, and takes it back", async () => {
    const { page } = desk;
    await page.getByRole("button", { name: t.queues.setRoom }).click();
    await desk.field(t.queues.room).fill("2");
    await desk.button(t.queues.save).click();
    await desk.button(t.queues.callNext).click();
    const card = page.getByRole("article").filter({ hasText: who.patients[1] ?? "" });
    await card.getByText(t.ui.status.called).waitFor();
    await card.getByText(t.queues.inRoom("2")).waitFor();
    await page.getByRole("button", { name: t.queues.undoStep(2, t.queues.waiting) }).click();
    await expect.poll(() => card.getByText(t.ui.status.called).count()).toBe(0);
    await desk.button(t.queues.callNext).click();
    await card.getByText(t.ui.status.called).waitFor();
    await card.getByRole("button", { name: t.queues.stepFor(t.queues.step.in_service, 2, who.patients[1] ?? "") }).click();
    await card.getByText(t.ui.status.in_service).waitFor();
    await desk.button(t.queues.callNext).click();
    await page.getByRole("article").filter({ hasText: who.patients[0] ?? "" }).getByText(t.ui.status.called).waitFor();
    await desk.look("queue-busy");
    await card.getByRole("button", { name: t.queues.stepFor(t.queues.step.served, 2, who.patients[1] ?? "") }).click();
    await page.getByRole("list", { name: t.queues.finished }).getByText(t.ui.status.served).waitFor();
  });

  test("sees why a message failed, and sends it again", async () => {
    const { page } = desk;
    await world.api("POST", "/simulator/api/faults", { kind: "error:131026", to: "+966509998877", times: 1 });
    await desk.button(t.queues.queueMenu).click();
    await page.getByRole("menuitem", { name: t.queues.sendMessage }).click();
    await page.getByRole("button", { name: who.template }).click();
    await desk.button(t.messaging.send(1)).click();
    // The same went out a moment ago: that is asked about before anybody gets it twice.
    await desk.button(t.messaging.showSent).waitFor();
    await desk.look("send-asked");
    await desk.button(t.messaging.sendAgain).click();
    await page.getByRole("link", { name: t.messaging.showFailed }).waitFor();
    await desk.look("send-failed");
    await page.getByRole("link", { name: t.messaging.showFailed }).click();
    await page.getByRole("article").getByText(t.messaging.reasons.NotReachable).waitFor();
    await desk.look("failed");
    await desk.button(t.messaging.retryOf(who.patients[2] ?? "")).click();
    await page.getByText(t.messaging.noneFailed).waitFor();
    await desk.look("failed-none");
  });

  test("has the day on one page, on a phone and in the dark as well", async () => {
    const { page } = desk;
    await page.getByRole("link", { name: t.app.places.today }).first().click();
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
    await desk.look("home");
    await page.getByRole("button", { name: t.app.account }).first().click();
    await page.getByRole("dialog").waitFor();
    await desk.look("account");
    await desk.button(t.app.themes.dark).click();
    await page.keyboard.press("Escape");
    await desk.look("home-dark");
    await page.goto(queue);
    await page.getByRole("article").first().waitFor();
    await desk.look("queue-dark");
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole("tab").first().waitFor();
    await desk.look("queue-360-dark");
    await page.getByRole("button", { name: t.app.account }).last().click();
    await desk.button(t.app.themes.light).click();
    await page.keyboard.press("Escape");
    await desk.look("queue-360");
    await page.getByRole("tab").nth(1).click();
    await desk.look("queue-360-now");
    await page.getByRole("button", { name: t.queues.addPatient }).last().click();
    await desk.field(t.queues.fullName).waitFor();
    await desk.look("add-patient-360");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: t.app.places.today }).last().click();
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
    await desk.look("home-360");
    await page.goto("/nowhere");
    await page.getByText(t.app.notFound).waitFor();
    await desk.look("not-found-360");
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test("signs out in every tab, and comes back to its clinic", async () => {
    const { page } = desk;
    const other = await desk.tab(queue);
    await other.getByRole("article").first().waitFor();
    await page.goto("/");
    await page.getByRole("button", { name: t.app.account }).first().click();
    await desk.button(t.app.signOut).click();
    for (const one of [page, other]) await one.waitForURL(/\/sign-in/);
    await other.close();
    await page.getByRole("heading", { name: t.identity.signInTo(`noor-${language}`) }).waitFor();
    expect(await desk.field(t.identity.username).inputValue()).toBe("sara");
    await desk.field(t.identity.password).fill("wrong");
    await desk.button(t.identity.enter).click();
    await page.getByRole("alert").waitFor();
    await desk.field(t.identity.password).fill(PASSWORD);
    await desk.button(t.identity.enter).click();
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
  });
});

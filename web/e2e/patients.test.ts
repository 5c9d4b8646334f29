/** Patients: found, looked at, corrected by two at once, asked what they want; what they write, and who nobody knows. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";
import { grouped } from "@/lib/phone";

import { people, words } from "./words";
import { World, type Visitor } from "./world";

const FAMILY = "+966501234567";
const WRITER = "+966551234567";
/** So many that the line must be scrolled. */
const CROWD = 40;
const MOVED = "+966551119999";
const STRANGER = "+966533990011";

/** How else the same name is written, what else there is, and what people say. */
const more = {
  ar: { note: "الحساسية", noted: "البنسلين", typed: "محمّد القحطانى", child: "خالد محمد القحطاني", nobody: "زينب", renamed: "محمد سعد القحطاني", other: "محمد بن سعد القحطاني", why: "طلبها عند الاستقبال", says: "كم باقي على دوري؟", unclear: "إلغاء", asks: "هل أنتم مفتوحون الجمعة؟", newcomer: "ليلى العنزي" },
  en: { note: "Allergy", noted: "Penicillin", typed: "MOHAMMED qah", child: "Khalid Qahtani", nobody: "Zainab", renamed: "Mohammed S. Qahtani", other: "Mohammed bin Saad Qahtani", why: "Asked for it at the desk", says: "How long until my turn?", unclear: "cancel", asks: "Are you open on Friday?", newcomer: "Layla Anazi" },
};

describe.each(["ar", "en"] as const)("patients in %s", (language: Language) => {
  const t = words[language];
  const p = t.patients;
  const who = people[language];
  const [first = "", second = ""] = who.patients;
  const say = more[language];
  let world: World;
  let desk: Visitor;
  let token = "";
  let queue = "";
  const ids: string[] = [];
  const lines: string[] = [];

  const add = async (fullName: string, phoneNumber: string, localId: string, metadata?: object) => {
    const answer = await world.api("POST", `/api/queues/${queue}/patients`, { fullName, phoneNumber, localId, ...(metadata && { metadata }) }, token);
    ids.push((answer.data as { patientId: string }).patientId);
  };

  beforeAll(async () => {
    world = await World.start();
    const clinic = await world.clinic("noor", language);
    token = clinic.token;
    queue = (await clinic.ask("POST", "/api/queues", { doctorName: who.doctor })).id;
    await add(first, FAMILY, "1042", { [say.note]: say.noted });
    await add(second, WRITER, "1043");
    await add(say.child, FAMILY, "1044");
    desk = await world.visitor(language);
    desk.page.on("request", (request) => /\/api\/queues\/[^/]+\/tickets/.test(request.url()) && lines.push(request.url()));
    await desk.page.goto("/patients");
    await desk.signIn("noor");
    await desk.page.getByText(p.newest).waitFor();
  });
  afterAll(async () => {
    await desk.leave();
    await world.end();
  });

  test("are found in another spelling, and opened with the keyboard alone", async () => {
    const { page } = desk;
    await desk.look("patients-empty");
    if (language === "ar") {
      const [left, right] = await page.getByText(p.searchHint).evaluate((hint) => {
        const text = hint.firstChild as Text;
        const edge = (group: string) => {
          const range = document.createRange();
          range.setStart(text, text.data.indexOf(group));
          range.setEnd(text, text.data.indexOf(group) + group.length);
          return range.getBoundingClientRect();
        };
        return [edge("٠٥٠").right, edge("٤٥٦٧").left];
      });
      expect(left, "a number is read from its first group").toBeLessThan(right ?? 0);
    }
    await desk.field(p.search).pressSequentially(say.typed);
    await page.getByRole("link", { name: first, exact: true }).waitFor();
    // Where they are in line is asked of whom somebody points at.
    const found = page.getByRole("listitem").filter({ hasText: "1042" });
    await expect.poll(() => new URL(page.url()).searchParams.get("q"), { message: "a search can be sent to a colleague" }).toBe(say.typed);
    // The rows of the search before may still be there, and move away from under the hand.
    const place = found.getByRole("link", { name: who.doctor });
    const shown = async () => {
      await page.mouse.move(0, 0);
      await found.hover();
      return place.waitFor({ timeout: 2_000 }).then(() => true, () => false);
    };
    await expect.poll(shown, { timeout: 20_000 }).toBe(true);
    await desk.look("patients-found");
    expect(lines, "and no whole line is asked for it").toEqual([]);
    await desk.field(p.search).fill(grouped(FAMILY));
    await page.getByText(p.found(2)).waitFor();
    await desk.field(p.search).press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await desk.field(p.search).evaluate((input) => input === document.activeElement), "and back to what was typed").toBe(true);
    await desk.field(p.search).fill("1042");
    await page.getByText(p.found(1)).waitFor();
    await desk.field(p.search).press("Enter");
    await page.getByRole("heading", { name: first, level: 1 }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), { message: "the focus is at its heading" }).toContain(first);
    await page.goBack();
    await page.getByText(p.found(1)).waitFor();
    // While the next search is under way, what is shown is of the one before.
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    await page.route("**/api/patients?*1043*", async (route) => held.then(() => route.continue()));
    await desk.field(p.search).fill("1043");
    await page.locator("[aria-busy=true]").getByRole("link", { name: first, exact: true }).waitFor();
    await desk.field(p.search).press("Enter");
    go();
    await page.getByRole("link", { name: second, exact: true }).waitFor();
    expect(new URL(page.url()).pathname, "nobody else is opened").toBe("/patients");
    await desk.field(p.search).fill("1042");
    await page.getByRole("link", { name: first, exact: true }).waitFor();
    await desk.field(p.search).press("Enter");
    await page.getByRole("heading", { name: first, level: 1 }).waitFor();
    await page.getByText(say.noted).waitFor();
    await page.getByRole("link", { name: say.child }).waitFor();
    await desk.look("patient");
    await page.getByRole("tab", { name: p.tickets }).click();
    await page.getByRole("list", { name: p.tickets }).getByRole("link", { name: who.doctor }).waitFor();
    await desk.look("patient-visits");
    await page.getByRole("tab", { name: p.overview }).click();
  });

  test("are corrected, and two who correct one record choose what stays", async () => {
    const { page } = desk;
    await desk.button(p.edit).click();
    const dialog = page.getByRole("dialog");
    await desk.field(p.fullName).fill("");
    await desk.field(p.phone).fill("12");
    await desk.button(p.save).click();
    await dialog.locator("[aria-invalid]").nth(1).waitFor();
    await desk.look("patient-edit-errors");
    await desk.field(p.fullName).fill(say.renamed);
    await desk.field(p.phone).fill("٠٥٠١٢٣٤٥٦٧");
    // A colleague was faster.
    await world.api("PUT", `/api/patients/${ids[0]}`, { fullName: say.other, localId: "2042" }, token);
    await desk.button(p.save).click();
    await dialog.getByText(t.ui.conflict).waitFor();
    await dialog.getByText(say.other).waitFor();
    await dialog.getByText("2042").waitFor();
    await desk.look("patient-conflict");
    await dialog.getByRole("radio", { name: say.other }).check();
    await dialog.getByRole("radio", { name: say.renamed }).check();
    await desk.button(t.ui.saveChosen).click();
    await page.getByRole("heading", { name: say.renamed, level: 1 }).waitFor();
    const stored = (await world.api("GET", `/api/patients/${ids[0]}`, undefined, token)).data as Record<string, unknown>;
    expect(stored).toMatchObject({ fullName: say.renamed, localId: "2042", phoneNumber: FAMILY });
  });

  test("are asked whether they want messages", async () => {
    const { page } = desk;
    await page.getByText(p.notSaidHint).waitFor();
    await desk.button(p.change).click();
    await desk.button(p.confirmOut).click();
    await page.getByRole("dialog").locator("[aria-invalid]").waitFor();
    await desk.field(p.reasonField).fill(say.why);
    await desk.look("consent");
    await desk.button(p.confirmOut).click();
    await page.getByText(p.byYou).waitFor();
    await desk.look("patient-opted-out");
    await page.getByRole("tab", { name: p.messages }).click();
    await page.getByText(p.optedOutHint).waitFor();
    expect(await desk.button(p.sendTemplate).count(), "nobody writes to them by mistake").toBe(0);
  });

  test("are written to, answer, and are read by somebody", async () => {
    const { page } = desk;
    await page.goto(`/patients/${ids[1]}?tab=messages`);
    await page.getByText(p.windowNever).waitFor();
    await desk.look("conversation-empty");
    await desk.button(p.sendTemplate).click();
    await page.getByRole("button", { name: who.template }).click();
    await page.getByText(t.messaging.willGet(1)).waitFor();
    await desk.button(t.messaging.send(1)).click();
    await page.getByText(t.messaging.allDone).waitFor();
    await desk.button(t.messaging.done).click();
    const talk = page.getByRole("region", { name: p.conversation(second) });
    await talk.getByText(t.ui.message.read).or(talk.getByText(t.ui.message.delivered)).first().waitFor();
    await world.api("POST", "/simulator/api/replies", { from: WRITER, text: say.says });
    // It comes by itself.
    await talk.getByText(say.says).waitFor();
    await talk.getByText(p.unread(1)).waitFor();
    await desk.look("conversation-unread");
    await page.goto(`/queues/${queue}`);
    await page.getByRole("article").filter({ hasText: second }).getByRole("link", { name: t.queues.unread(1) }).click();
    await talk.getByText(say.says).waitFor();
    await desk.button(p.markRead).click();
    await desk.button(p.markRead).waitFor({ state: "detached" });
    expect(await page.getByText(p.unread(1)).count()).toBe(0);
    await desk.look("conversation");
    const line = (await world.api("GET", `/api/queues/${queue}/patients`, undefined, token)).data as { items: { patientId: string; unreadMessages: number }[] };
    expect(line.items.find(({ patientId }) => patientId === ids[1])?.unreadMessages).toBe(0);
  });

  test("mean one thing or another, and move to another number", async () => {
    const { page } = desk;
    await world.api("POST", "/simulator/api/replies", { from: WRITER, text: say.unclear });
    await page.getByText(p.question).waitFor();
    await desk.look("conversation-question");
    await desk.button(p.meantTurn).click();
    await page.getByText(p.question).waitFor({ state: "detached" });
    await world.api("POST", "/simulator/api/events", { kind: "number_changed", from: WRITER, newNumber: MOVED });
    await desk.button(p.takeNumber).waitFor();
    expect(await page.getByText(p.question).count(), "another number is one question, not two").toBe(0);
    await desk.look("conversation-moved");
    await desk.button(p.takeNumber).click();
    expect(await desk.field(p.phone).inputValue()).toBe(MOVED);
    await desk.button(p.save).click();
    await desk.button(p.takeNumber).waitFor({ state: "detached" });
    const stored = (await world.api("GET", `/api/patients/${ids[1]}`, undefined, token)).data;
    expect(stored).toMatchObject({ phoneNumber: MOVED });
  });

  test("are opened from the line, and back is where one was", async () => {
    const { page } = desk;
    const crowd = Array.from({ length: CROWD }, (_, n) => ({ fullName: `${say.newcomer} ${n}`, phoneNumber: `05600000${n + 10}` }));
    await world.api("POST", `/api/queues/${queue}/patients/bulk`, { patients: crowd }, token);
    await page.goto(`/queues/${queue}`);
    const last = page.getByRole("article").filter({ hasText: crowd.at(-1)?.fullName ?? "" });
    await page.getByRole("list", { name: t.queues.waiting }).hover();
    await expect.poll(() => page.mouse.wheel(0, 2_000).then(() => last.count()), { timeout: 15_000 }).toBe(1);
    await last.getByRole("button").last().click();
    await page.getByRole("menuitem", { name: t.queues.openPatient }).click();
    await page.getByRole("heading", { name: crowd.at(-1)?.fullName ?? "", level: 1 }).waitFor();
    await page.getByRole("link", { name: p.back, exact: true }).click();
    // Only what is in sight is drawn.
    await last.waitFor();
    expect(new URL(page.url()).pathname).toBe(`/queues/${queue}`);
  });

  test("that nobody knows write, and become patients", async () => {
    const { page } = desk;
    await world.api("POST", "/simulator/api/replies", { from: STRANGER, text: say.asks });
    await page.goto("/patients");
    await page.getByRole("link", { name: p.unknown }).click();
    const card = page.getByRole("article").filter({ hasText: say.asks });
    await card.waitFor();
    await desk.look("unknown");
    await card.getByRole("button", { name: p.forNumber(p.addToQueue, grouped(STRANGER)) }).click();
    await page.getByRole("button", { name: who.doctor }).waitFor();
    await desk.look("which-queue");
    await page.getByRole("button", { name: who.doctor }).click();
    await desk.field(t.queues.fullName).fill(say.newcomer);
    expect(await desk.field(t.queues.phone).inputValue()).toBe(STRANGER);
    await desk.button(t.queues.addToLine).click();
    await page.getByText(t.queues.added(4 + CROWD, say.newcomer)).waitFor();
    await card.getByRole("link").click();
    await page.getByRole("link", { name: say.newcomer, exact: true }).waitFor();
  });

  test("that are not there are registered with what was typed", async () => {
    const { page } = desk;
    await desk.field(p.search).fill(say.nobody);
    await page.getByText(p.nobody(say.nobody)).waitFor();
    await desk.look("patients-nobody");
    await desk.button(p.registerNew).click();
    await page.getByRole("button", { name: who.doctor }).click();
    expect(await desk.field(t.queues.fullName).inputValue()).toBe(say.nobody);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("fit a phone, in the dark as well", async () => {
    const { page } = desk;
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(`localStorage["dawr.preferences"] = ${JSON.stringify(JSON.stringify({ language, theme: "dark" }))}`);
    for (const [name, path, shown] of [
      ["patients-360", `/patients?q=${encodeURIComponent(FAMILY)}`, say.child],
      ["patient-360", `/patients/${ids[0]}`, say.child],
      ["conversation-360", `/patients/${ids[1]}?tab=messages`, say.says],
      ["unknown-360", "/patients/unknown", say.asks],
    ] as const) {
      await page.goto(path);
      await page.getByText(shown).first().waitFor();
      await desk.look(name);
    }
    await page.goto("/patients/pat_00000000000000000000000000");
    await page.getByText(p.gone).waitFor();
    await desk.look("patient-gone-360");
  });
});

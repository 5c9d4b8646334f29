/** Every built-in role opens every place that it is shown and presses whatever is harmless there: nothing that is offered is refused. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { people, words } from "./words";
import { PASSWORD, World, type Clinic, type Visitor } from "./world";

const t = words.ar;
const who = people.ar;

/** All that can be given in a clinic; the test says if there are others. */
const ROLES = [
  "primary_admin",
  "secondary_admin",
  "manager",
  "moderator",
  "doctor",
  "dentist",
  "hygienist",
  "nurse",
  "assistant",
  "receptionist",
  "billing",
  "accountant",
  "pharmacist",
  "user",
];

let world: World;
let clinic: Clinic;

beforeAll(async () => {
  world = await World.start();
  clinic = await world.clinic("noor", "ar", { kind: "multi_branch" });
  const made = (path: string, body: unknown) => clinic.ask("POST", path, body);
  await made("/api/clinics", { name: "فرع الملقا", slug: "malqa" });
  const queue = await made("/api/queues", { doctorName: who.doctor });
  await world.api("POST", "/simulator/api/faults", { kind: "error:131026", to: "+966509998877", times: 1 });
  for (const [index, fullName] of who.patients.entries()) {
    await made(`/api/queues/${queue.id}/patients`, { fullName, phoneNumber: ["0501234567", "0551234567", "0509998877"][index] });
  }
  await made(`/api/queues/${queue.id}/call-next`, {});
  const templates = await clinic.ask<{ items: { id: string }[] }>("GET", "/api/templates");
  await made("/api/messages/send", { queueId: queue.id, templateId: templates.items[0]?.id });
  await made("/api/roles", { title: "منسقة المواعيد", permissions: ["queues:read", "clinics:read"] });
  await made("/api/auth/invite", { fullName: who.patients[0], role: "nurse" });
});
afterAll(() => world.end());

test("these are all built-in roles", async () => {
  const { items } = await clinic.ask<{ items: { id: string; builtIn: boolean }[] }>("GET", "/api/roles");
  expect(items.filter(({ builtIn }) => builtIn).map(({ id }) => id)).toEqual(ROLES);
});

/** What opens each kind of page, as it was agreed on: one of these permissions. What is not named here is not looked for. */
const PAGES: Record<string, string | undefined> = {
  "/": undefined,
  "/settings": undefined,
  "/settings/security": undefined,
  "/queues/:id": "queues:read",
  "/patients": "patients:read",
  "/messages": "messages:read",
  "/messages/failed": "tasks:read",
  "/templates": "templates:read",
  "/settings/members": "members:read",
  "/settings/members/:id": "members:read",
  "/settings/roles": "members:read",
  "/settings/tenant": "settings:manage",
  "/settings/look": "settings:manage",
  "/settings/whatsapp": "settings:manage",
  "/settings/stays": "settings:manage",
  "/settings/clinics": "clinics:read",
  "/settings/clinics/:id": "clinics:read",
  "/settings/quotas": "quotas:read",
  "/settings/audit": "audit:read",
};

/** What opens a dialog in which nothing is sent yet. */
const OPENERS = [t.home.newQueue, t.queues.addPatient, t.patients.edit, t.members.invite, t.members.add, t.clinics.addClinic];
/** What stands around every page; its buttons also say whose it is, and where. */
const AROUND = [t.app.account, t.app.where];

describe.each(ROLES)("%s", (role) => {
  test("is shown what it may see, and is refused nothing that it is offered", { timeout: 240_000 }, async () => {
    const username = role === "primary_admin" ? "sara" : role.replace("_", ".");
    if (username !== "sara") await member(role, username);
    const { items } = await clinic.ask<{ items: { id: string; permissions: string[] }[] }>("GET", "/api/roles");
    const permissions = items.find(({ id }) => id === role)?.permissions ?? [];
    const mayOpen = (page: string) => PAGES[page] === undefined || permissions.includes(PAGES[page]);
    const visitor = await enter(username);
    const { refused, opened, missing, broken, pressed, dialogs } = await walk(visitor);
    expect.soft(refused, "refused").toEqual([]);
    expect.soft(missing, "what is offered is there").toEqual([]);
    expect.soft(broken, "no page says that it broke").toEqual([]);
    const found = Object.keys(PAGES).filter((page) => opened.includes(page));
    expect.soft(found, "every page that the role may see, and no other").toEqual(Object.keys(PAGES).filter(mayOpen));
    expect.soft(pressed, "tabs, filters and menus").toBeGreaterThan(0);
    expect.soft(dialogs, "the own account's at least").toContain(t.app.account);
    if (role === "primary_admin") expect.soft([...dialogs].toSorted(), "who may do all").toEqual([...OPENERS, ...AROUND, t.queues.sendMessage].toSorted());
    await visitor.leave();
  });
});

test("a page that breaks or is refused would be noticed", async () => {
  const visitor = await enter("sara");
  const answer = (status: number, code: string) => ({ status, json: { success: false, errors: [{ code, message: "-" }], traceId: "-" } });
  await visitor.page.route("**/api/audit**", (route) => route.fulfill(answer(500, "Internal")));
  await visitor.page.route("**/api/quotas**", (route) => route.fulfill(answer(403, "Forbidden")));
  const { refused, broken, missing } = await walk(visitor, ["/settings/audit", "/settings/quotas", "/no/such/page"], false);
  expect(broken).toEqual(["/settings/audit", "/settings/quotas"]);
  expect(refused.join()).toContain("GET /api/quotas");
  expect(missing).toEqual(["/no/such/page"]);
  await visitor.context.close();
});

async function enter(username: string): Promise<Visitor> {
  const visitor = await world.visitor("ar");
  await visitor.page.goto("/sign-in");
  await visitor.signIn("noor", username);
  await visitor.page.getByRole("navigation").first().waitFor();
  return visitor;
}

/** A member, whose name and password are known. */
async function member(role: string, username: string): Promise<void> {
  await clinic.ask("POST", "/api/users", { fullName: who.owner, username, role, password: PASSWORD });
}

/** A page by its kind: one queue is like the other. */
const kind = (path: string) => path.replace(/[a-z]{3}_[0-9a-z]{26}/g, ":id");

interface Walked {
  /** Requests that were refused for want of a right. */
  refused: string[];
  opened: string[];
  missing: string[];
  broken: string[];
  /** How many tabs, filters and menus were pressed. */
  pressed: number;
  /** By which buttons dialogs were opened. */
  dialogs: Set<string>;
}

/** Opens every page that a link leads to, one of each kind, and presses what is harmless on it. */
async function walk({ page }: Visitor, start = ["/", "/settings"], further = true): Promise<Walked> {
  const walked: Walked = { refused: [], opened: [], missing: [], broken: [], pressed: 0, dialogs: new Set() };
  page.on("response", (response) => {
    if (response.status() !== 403) return;
    walked.refused.push(`${response.request().method()} ${new URL(response.url()).pathname} on ${page.url()}`);
  });
  const ahead = [...start];
  for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
    if (walked.opened.includes(kind(path))) continue;
    walked.opened.push(kind(path));
    await follow(page, path);
    if ((await page.getByText(t.app.notFound).count()) > 0) walked.missing.push(path);
    if (further) {
      walked.pressed += await press(page);
      await openDialogs(page, walked.dialogs);
      for (const found of await links(page)) if (!walked.opened.includes(kind(found))) ahead.push(found);
    }
    if ((await page.getByRole("alert").filter({ visible: true }).count()) > 0) walked.broken.push(path);
  }
  return walked;
}

async function links(page: Visitor["page"]): Promise<string[]> {
  const all = await page.locator("a[href^='/']:visible").evaluateAll((found) => found.map((one) => (one as HTMLAnchorElement).pathname));
  return [...new Set(all)].filter((path) => !path.startsWith("/api/") && !path.startsWith("/simulator"));
}

/** Through the link if it is in sight: what was shown before stays until the next page is there. */
async function follow(page: Visitor["page"], path: string): Promise<void> {
  const link = page.locator(`a[href="${path}"]:visible`).first();
  const isThere = new URL(page.url()).pathname === path;
  if (isThere || (await link.count()) === 0) {
    await page.goto(path);
  } else {
    await page.locator("main h1").evaluateAll((all) => all.forEach((one) => one.setAttribute("data-before", "")));
    await link.click();
    const next = page.locator("main h1:not([data-before])").first();
    // Two pages that are drawn by the same part keep its heading.
    await next.waitFor({ timeout: 5_000 }).catch(() => page.goto(path));
  }
  await settle(page);
}

async function settle(page: Visitor["page"]): Promise<void> {
  await page.locator("main h1, main h2, main [role=alert]").first().waitFor();
  await page.waitForLoadState("networkidle");
  // What is still to come keeps its place.
  await page.locator("main [aria-hidden].bg-raised.rounded-lg").first().waitFor({ state: "detached" });
}

/** Tabs, filters, and what opens a menu, which is closed again. How many there were. */
async function press(page: Visitor["page"]): Promise<number> {
  // What is inert is a picture of the app, as the look's own page has it.
  const harmless = ["[role=tab]", "[aria-pressed]", "[aria-haspopup=menu]"].map((one) => `${one}:not([inert] *)`).join(", ");
  const count = Math.min(40, await page.locator("main").locator(harmless).count());
  let pressed = 0;
  for (let index = 0; index < count; index += 1) {
    const one = page.locator("main").locator(harmless).nth(index);
    if (!(await one.isVisible().catch(() => false))) continue;
    const opens = await one.getAttribute("aria-haspopup");
    await one.click();
    pressed += 1;
    if (opens) {
      await page.locator("[role=menu]").first().waitFor();
      await page.keyboard.press("Escape");
      await page.locator("[role=menu]").first().waitFor({ state: "detached" });
    }
    // A tab may have more behind it.
    await page.waitForLoadState("networkidle");
  }
  return pressed;
}

/** Dialogs that were not opened yet, each closed again before anything is sent. */
async function openDialogs(page: Visitor["page"], before: Set<string>): Promise<void> {
  const tab = page.getByRole("tab").first();
  if ((await tab.count()) > 0) await tab.click();
  const button = (name: string) =>
    page.getByRole("button", { name, exact: !AROUND.includes(name) }).and(page.locator(":not([inert] *)")).filter({ visible: true }).first();
  const opened = async (name: string) => {
    await page.getByRole("dialog").waitFor();
    await page.waitForLoadState("networkidle");
    before.add(name);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  for (const name of [...AROUND, ...OPENERS]) {
    if (before.has(name) || (await button(name).count()) === 0) continue;
    await button(name).click();
    await opened(name);
  }
  const menu = button(t.queues.queueMenu);
  if (before.has(t.queues.sendMessage) || (await menu.count()) === 0) return;
  await menu.click();
  await page.getByRole("menu").waitFor();
  const send = page.getByRole("menuitem", { name: t.queues.sendMessage });
  if ((await send.count()) > 0) {
    await send.click();
    await opened(t.queues.sendMessage);
  } else {
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
  }
}

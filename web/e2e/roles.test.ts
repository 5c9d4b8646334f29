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

describe.each(ROLES)("%s", (role) => {
  test("is refused nothing that it is offered", { timeout: 240_000 }, async () => {
    const username = role === "primary_admin" ? "sara" : role.replace("_", ".");
    if (username !== "sara") await member(role, username);
    const visitor = await world.visitor("ar");
    const refused: string[] = [];
    visitor.page.on("response", (response) => {
      if (response.status() === 403) refused.push(`${response.request().method()} ${new URL(response.url()).pathname} on ${visitor.page.url()}`);
    });
    await visitor.page.goto("/sign-in");
    await visitor.signIn("noor", username);
    await visitor.page.getByRole("navigation").first().waitFor();
    const { opened, missing } = await walk(visitor);
    expect.soft(refused, "refused").toEqual([]);
    expect.soft(missing, "what is offered is there").toEqual([]);
    expect(opened, "every role has its own settings").toContain("/settings");
    await visitor.leave();
  });
});

/** A member, whose name and password are known. */
async function member(role: string, username: string): Promise<void> {
  await clinic.ask("POST", "/api/users", { fullName: who.owner, username, role, password: PASSWORD });
}

/** A page by its kind: one queue is like the other. */
const kind = (path: string) => path.replace(/[a-z]{3}_[0-9a-z]{26}/g, ":id");

/** Opens every page that a link leads to, one of each kind, and presses what is harmless on it. */
async function walk({ page }: Visitor): Promise<{ opened: string[]; missing: string[] }> {
  const opened: string[] = [];
  const missing: string[] = [];
  const ahead = ["/", "/settings"];
  for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
    if (opened.includes(kind(path))) continue;
    opened.push(kind(path));
    await follow(page, path);
    if ((await page.getByText(t.app.notFound).count()) > 0) missing.push(path);
    await press(page);
    for (const found of await links(page)) if (!opened.includes(kind(found))) ahead.push(found);
  }
  return { opened, missing };
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
  await page.locator("main h1, main h2").first().waitFor();
  await page.waitForLoadState("networkidle");
}

/** Tabs, filters, and what opens a menu or a dialog, which is closed again. */
async function press(page: Visitor["page"]): Promise<void> {
  // What is inert is a picture of the app, as the look's own page has it.
  const harmless = ["[role=tab]", "[aria-pressed]", "[aria-haspopup=menu]", "[aria-haspopup=dialog]"].map((one) => `${one}:not([inert] *)`).join(", ");
  const count = Math.min(40, await page.locator("main").locator(harmless).count());
  for (let index = 0; index < count; index += 1) {
    const one = page.locator("main").locator(harmless).nth(index);
    if (!(await one.isVisible().catch(() => false))) continue;
    const opens = await one.getAttribute("aria-haspopup");
    await one.click();
    if (opens) {
      await page.locator("[role=menu], [role=dialog]").first().waitFor();
      await page.keyboard.press("Escape");
      await page.locator("[role=menu], [role=dialog]").first().waitFor({ state: "detached" });
    }
    // A tab may have more behind it.
    await page.waitForLoadState("networkidle");
  }
}

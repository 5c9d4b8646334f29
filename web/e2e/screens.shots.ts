/** Pictures of every screen: Arabic and English, light and dark on a desk, and on a phone. A clinic's morning is made up for them. */

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { World } from "./world";

const folder = process.env.SCREENS ?? fileURLToPath(new URL("../../docs/screens", import.meta.url));

const NAMES = {
  ar: ["محمد القحطاني", "نورة الشهري", "عبدالرحمن بن عبدالعزيز آل سعود الدوسري", "ريم الغامدي", "Aisha Khan", "خالد العنزي", "هند السبيعي", "سلطان المطيري", "ماجد الرشيدي", "لطيفة الحربي", "يوسف الزهراني", "منى العتيبي"],
  en: ["Mohammed Qahtani", "Noura Shehri", "Abdulrahman bin Abdulaziz Al Dossary", "Reem Ghamdi", "Aisha Khan", "خالد العنزي", "Hind Subaie", "Sultan Mutairi", "Majed Rashidi", "Latifa Harbi", "Yousef Zahrani", "Mona Otaibi"],
};
const CLINIC = { ar: ["عيادة النور", "سارة العتيبي", "د. أحمد الزهراني", "د. ليلى الحربي"], en: ["Al Noor Clinic", "Sara Otaibi", "Dr Ahmad Zahrani", "Dr Layla Harbi"] };

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.end());

const REPLY = { ar: "سأتأخر عشر دقائق بسبب الزحام، هل يبقى دوري؟", en: "I am ten minutes late, there is a jam. Is my turn kept?" };

type Item = Record<string, string>;

/** A clinic with two queues, who waits, what was sent and what failed. */
async function morning(language: Language) {
  const [clinicName = "", fullName = "", ...doctors] = CLINIC[language];
  const slug = `screens-${language}`;
  const clinic = await world.clinic(slug, language, { clinicName, fullName, locale: language });
  const ask = (method: string, path: string, body?: unknown) => clinic.ask<Item & { items: Item[] }>(method, path, body);
  const phone = (queue: number, n: number) => `+9665${language === "ar" ? 0 : 5}${queue}${String(100_000 + n * 1_111)}`;
  const queues: string[] = [];
  for (const [n, doctorName] of doctors.entries()) {
    const queue = await ask("POST", "/api/queues", { doctorName, estimatedWaitMinutes: 10 });
    queues.push(queue.id ?? "");
    for (const [at, name] of NAMES[language].slice(0, n === 0 ? 12 : 3).entries()) {
      await ask("POST", `/api/queues/${queue.id}/patients`, { fullName: name, phoneNumber: phone(n, at), localId: `${n}${at + 1000}` });
    }
  }
  const [first = ""] = queues;
  for (let n = 0; n < 3; n += 1) await ask("POST", `/api/queues/${first}/call-next`, { room: String(n + 1) });
  const [template] = (await ask("GET", "/api/templates")).items;
  for (const n of [8, 10]) await world.api("POST", "/simulator/api/faults", { kind: "error:131026", to: phone(0, n), times: 1 });
  const { batchId } = await ask("POST", "/api/messages/send", { queueId: first, templateId: template?.id });
  await expect.poll(async () => String((await ask("GET", `/api/batches/${batchId}`)).done), { timeout: 30_000 }).toBe("true");
  const [patient] = (await ask("GET", `/api/patients?search=${encodeURIComponent(phone(0, 7))}`)).items;
  await world.api("POST", "/simulator/api/replies", { from: phone(0, 7), text: REPLY[language] });
  await expect.poll(async () => (await ask("GET", `/api/patients/${patient?.id}/conversation`)).items.length, { timeout: 30_000 }).toBeGreaterThan(1);
  const [user] = (await ask("GET", "/api/users")).items;
  const [role] = (await ask("GET", "/api/roles")).items;
  return { slug, first, patient: patient?.id, clinic: clinic.first, user: user?.id, role: role?.id ?? role?.name, template: template?.id };
}

async function picture(page: Page, name: string): Promise<number> {
  await page.evaluate(() => document.fonts.ready);
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll("[aria-busy=true], .animate-\\[shimmer\\]").length === 0);
  const tools = await page.context().newCDPSession(page);
  const { data } = await tools.send("Page.captureScreenshot", { format: "webp", quality: 55 });
  const bytes = Buffer.from(data, "base64");
  writeFileSync(`${folder}/${name}.webp`, bytes);
  return bytes.length;
}

test.each(["ar", "en"] as const)("every screen in %s", async (language) => {
  mkdirSync(folder, { recursive: true });
  const of = await morning(language);
  const places: Record<string, string> = {
    today: "/",
    queue: `/queues/${of.first}`,
    "queue-settings": `/queues/${of.first}?tab=settings`,
    import: `/queues/${of.first}/import`,
    patients: "/patients",
    patient: `/patients/${of.patient}`,
    conversation: `/patients/${of.patient}?tab=messages`,
    messages: "/messages",
    failed: "/messages/failed",
    templates: "/templates",
    template: `/templates/${of.template}`,
    settings: "/settings",
    security: "/settings/security",
    members: "/settings/members",
    member: `/settings/members/${of.user}`,
    roles: "/settings/roles",
    role: `/settings/roles/${of.role}`,
    tenant: "/settings/tenant",
    look: "/settings/look",
    clinics: "/settings/clinics",
    clinic: `/settings/clinics/${of.clinic}`,
    whatsapp: "/settings/whatsapp",
    quotas: "/settings/quotas",
    audit: "/settings/audit",
    stays: "/settings/stays",
  };
  const ways = [
    { way: "light", theme: "light", width: 1280, height: 800 },
    { way: "dark", theme: "dark", width: 1280, height: 800 },
    { way: "phone", theme: "light", width: 360, height: 740 },
  ];
  let total = 0;
  for (const { way, ...look } of ways) {
    const desk = await world.visitor(language, look);
    const { page } = desk;
    await page.goto("/sign-in");
    total += await picture(page, `sign-in-${language}-${way}`);
    await desk.signIn(of.slug);
    await page.waitForFunction(() => location.pathname !== "/sign-in");
    for (const [name, path] of Object.entries(places)) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      total += await picture(page, `${name}-${language}-${way}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${name} ${language} ${way} is wider than its window`).toBeLessThanOrEqual(0);
    }
    await desk.leave();
  }
  console.log(`${language}: ${(total / 1e6).toFixed(1)} MB of pictures`);
});

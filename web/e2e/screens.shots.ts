/** Pictures of every screen: Arabic and English, light and dark on a desk, and on a phone. A clinic's morning is made up for them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { addOperator, beginAsOperator } from "./operator";
import { words } from "./words";
import { World, type Visitor } from "./world";

const folder = process.env.SCREENS ?? fileURLToPath(new URL("../../docs/screens", import.meta.url));

const NAMES = {
  ar: ["محمد القحطاني", "نورة الشهري", "عبدالرحمن بن عبدالعزيز آل سعود الدوسري", "ريم الغامدي", "Aisha Khan", "خالد العنزي", "هند السبيعي", "سلطان المطيري", "ماجد الرشيدي", "لطيفة الحربي", "يوسف الزهراني", "منى العتيبي"],
  en: ["Mohammed Qahtani", "Noura Shehri", "Abdulrahman bin Abdulaziz Al Dossary", "Reem Ghamdi", "Aisha Khan", "خالد العنزي", "Hind Subaie", "Sultan Mutairi", "Majed Rashidi", "Latifa Harbi", "Yousef Zahrani", "Mona Otaibi"],
};
const CLINIC = { ar: ["عيادة النور", "سارة العتيبي", "د. أحمد الزهراني", "د. ليلى الحربي"], en: ["Al Noor Clinic", "Sara Otaibi", "Dr Ahmad Zahrani", "Dr Layla Harbi"] };

const OPERATOR = { ar: "هند القحطاني", en: "Hind Qahtani" };
const data = mkdtempSync(join(tmpdir(), "dawr-screens-"));
const temporary = { ar: "", en: "" };

let world: World;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await (await World.start(data)).end();
  for (const language of ["ar", "en"] as const) temporary[language] = addOperator(data, `hind-${language}`, OPERATOR[language]);
  world = await World.start(data);
});
afterAll(async () => {
  await world.end();
  rmSync(data, { recursive: true });
});

const REPLY = { ar: "سأتأخر عشر دقائق بسبب الزحام، هل يبقى دوري؟", en: "I am ten minutes late, there is a jam. Is my turn kept?" };

const ASKS = { ar: "السلام عليكم، هل عندكم موعد اليوم؟", en: "Hello, can I come today?" };

/** A list with what people do to lists. */
const LIST = {
  ar: "الاسم,رقم الجوال,رقم الملف\nبدر الشمري,٠٥٠٤٤٤١٢٣٤,2201\nأمل الدوسري,05044,2202\nفهد القرني,0504441236,2203\n,0504441237,2204\nنوف العمري,0504441238,2205\n",
  en: "Name,Mobile,File\nBadr Shammari,0504442234,2301\nAmal Dossary,05044,2302\nFahad Qarni,0504442236,2303\n,0504442237,2304\nNouf Omari,0504442238,2305\n",
};

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
  await world.api("POST", "/simulator/api/replies", { from: `+96656${language === "ar" ? 1 : 2}000111`, text: ASKS[language] });
  await expect.poll(async () => (await ask("GET", `/api/patients/${patient?.id}/conversation`)).items.length, { timeout: 30_000 }).toBeGreaterThan(1);
  const [user] = (await ask("GET", "/api/users")).items;
  const [role] = (await ask("GET", "/api/roles")).items;
  return { slug, first, patient: patient?.id, clinic: clinic.first, user: user?.id, role: role?.id ?? role?.name, template: template?.id };
}

/** Takes pictures of one browser, and measures whether a page fits its window. */
function camera(desk: Visitor, way: string) {
  const { page, language } = desk;
  return async (name: string): Promise<void> => {
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => document.fonts.ready);
    await page.locator("h1").first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll("[aria-busy=true], [class*=shimmer]").length === 0);
    const tools = await page.context().newCDPSession(page);
    const capture = async () => (await tools.send("Page.captureScreenshot", { format: "webp", quality: 55 })).data;
    // What has come into the page is drawn a moment later: a picture is taken of what stays as it is.
    let bytes = await capture();
    const stands = async () => {
      const before = bytes;
      bytes = await capture();
      return bytes === before;
    };
    await expect.poll(stands, { interval: 300, timeout: 10_000 }).toBe(true);
    writeFileSync(`${folder}/${name}-${language}-${way}.webp`, Buffer.from(bytes, "base64"));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(wide, `${name} ${language} ${way} is wider than its window`).toBeLessThanOrEqual(0);
  };
}

const WAYS = [
  { way: "light", theme: "light", width: 1280, height: 800 },
  { way: "dark", theme: "dark", width: 1280, height: 800 },
  { way: "phone", theme: "light", width: 360, height: 740 },
];

test.each(["ar", "en"] as const)("every screen of a clinic in %s", async (language) => {
  const of = await morning(language);
  const t = words[language];
  const queue = `/queues/${of.first}`;
  const doors = { "sign-in": "/sign-in", "sign-up": "/sign-up", reset: "/reset", invitation: "/invite#nobody" };
  const places = {
    today: "/",
    queue,
    "queue-messages": `${queue}?tab=messages`,
    "queue-failed": `${queue}?tab=failed`,
    "queue-settings": `${queue}?tab=settings`,
    patients: "/patients",
    patient: `/patients/${of.patient}`,
    visits: `/patients/${of.patient}?tab=tickets`,
    conversation: `/patients/${of.patient}?tab=messages`,
    unknown: "/patients/unknown",
    messages: "/messages",
    failed: "/messages/failed",
    templates: "/templates",
    template: `/templates/${of.template}`,
    "new-template": "/templates/new",
    settings: "/settings",
    security: "/settings/security",
    "security-sign-in": "/settings/security?tab=sign-in",
    devices: "/settings/security?tab=devices",
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
    nothing: "/nothing-is-here",
  };
  for (const { way, ...look } of WAYS) {
    const desk = await world.visitor(language, look);
    const { page } = desk;
    const take = camera(desk, way);
    for (const [name, path] of Object.entries(doors)) {
      await page.goto(path);
      // Another fragment alone would load nothing.
      await page.reload();
      await take(name);
    }
    await page.goto("/sign-in");
    await desk.signIn(of.slug);
    await page.waitForFunction(() => location.pathname !== "/sign-in");
    for (const [name, path] of Object.entries(places)) {
      await page.goto(path);
      await take(name);
    }
    await page.goto(queue);
    if (way !== "phone") {
      await desk.button(t.queues.addPatient).first().click();
      await page.getByRole("dialog").waitFor();
      await take("add-patient");
      await page.keyboard.press("Escape");
    }
    await desk.button(t.queues.queueMenu).click();
    await page.getByRole("menuitem", { name: t.queues.sendMessage }).click();
    await page.getByRole("dialog").getByRole("listitem").first().waitFor();
    await take("send");
    await page.goto(`${queue}/import`);
    await take("import");
    await page.getByLabel(t.imports.fileField).setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(LIST[language]) });
    await page.getByRole("heading", { name: t.imports.columnsTitle }).waitFor();
    await take("import-columns");
    await desk.button(t.imports.toRows).click();
    await page.getByRole("article").first().waitFor();
    await take("import-rows");
    await desk.leave();
  }
});

test.each(["ar", "en"] as const)("every screen of an operator in %s", async (language) => {
  const tenants = await Promise.all([1, 2, 3].map((n) => world.clinic(`more-${language}-${n}`, language)));
  expect(tenants).toHaveLength(3);
  const first = await world.visitor(language, WAYS[0]);
  await beginAsOperator(first, `hind-${language}`, temporary[language], camera(first, "light"));
  for (const { way, theme, ...size } of WAYS) {
    const { page } = first;
    await page.setViewportSize(size);
    await page.evaluate((chosen) => localStorage.setItem("dawr.preferences", chosen), JSON.stringify({ language, theme }));
    const take = camera(first, way);
    for (const [name, path] of Object.entries({ tenants: "/platform/tenants", elevations: "/platform/elevations", "dead-letters": "/platform/dead-letters" })) {
      await page.goto(path);
      await take(name);
    }
    await page.goto("/platform/tenants");
    await page.getByRole("main").getByRole("listitem").first().getByRole("link").click();
    await page.waitForURL(/tenants\/./);
    await take("customer");
  }
  await first.leave();
});

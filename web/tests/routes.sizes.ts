/** What a first visit to each page loads, as it was built: scripts, styles and fonts, gzipped. */

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import type { Early } from "../scripts/chunks";
import { sources } from "./files";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
  isEntry?: boolean;
}

const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8")) as Record<string, Chunk>;
const kilobytes = (file: string) => gzipSync(readFileSync(dist + file), { level: 9 }).length / 1000;

/** The scripts of these modules, with all that they need at once. */
function scripts(...names: string[]): Set<string> {
  const found = new Set<string>();
  const add = (name: string) => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is not in the build`);
    if (found.has(chunk.file)) return;
    found.add(chunk.file);
    for (const one of chunk.imports ?? []) add(one);
  };
  for (const name of names) add(name);
  return found;
}

const sum = (files: Iterable<string>) => [...files].reduce((all, file) => all + kilobytes(file), 0);
const texts = (...folders: string[]) => folders.map((folder) => `src/${folder}/ar.ts`);

const DOOR = ["index.html", "src/features/identity/Door.tsx", ...texts("ui", "features/identity")];
const APP = ["index.html", "src/app/App.tsx", ...texts("ui", "app")];

/** A page: the component that its route loads, and the texts that the route waits for. */
const page = (component: string, ...areas: string[]) => [...APP, `src/features/${component}.tsx`, ...texts(...areas.map((area) => `features/${area}`))];
const setting = (component: string, ...areas: string[]) => ["src/app/SettingsPage.tsx", ...page(component, ...areas)];

const QUEUE = page("queues/QueuePage", "queues");
const PAGES: Record<string, string[]> = {
  today: page("home/HomePage", "home"),
  patients: page("patients/PatientsPage", "patients", "queues"),
  "a patient": [...page("patients/PatientPage", "patients", "queues", "messaging"), "src/features/patients/Conversation.tsx"],
  "messages from unknown numbers": page("patients/UnknownPage", "patients", "queues"),
  messages: page("messaging/MessagesPage", "messaging"),
  "failed messages": page("messaging/FailedPage", "messaging"),
  templates: page("messaging/templates/TemplatesPage", "messaging", "messaging/templates"),
  "a template": page("messaging/templates/TemplatePage", "messaging", "messaging/templates"),
  "one's own account": setting("account/SecurityPage", "account", "identity"),
  members: setting("members/MembersPage", "members"),
  "a member": setting("members/MemberPage", "members"),
  roles: setting("members/RolesPage", "members"),
  "a role": setting("members/RolePage", "members"),
  "the organisation": setting("clinics/TenantPage", "clinics"),
  "its look": setting("clinics/LookPage", "clinics"),
  branches: setting("clinics/ClinicsPage", "clinics"),
  "a branch": setting("clinics/ClinicPage", "clinics"),
  WhatsApp: setting("whatsapp/WhatsAppPage", "whatsapp"),
  quotas: setting("quotas/QuotasPage", "quotas"),
  "an import": page("imports/ImportPage", "imports"),
  "the audit trail": setting("audit/AuditPage", "audit"),
  "support visits": setting("audit/StaysPage", "audit"),
  tenants: page("platform/TenantsPage", "platform"),
  "a tenant": page("platform/TenantPage", "platform"),
  "all support visits": page("platform/ElevationsPage", "platform"),
  "dead letters": page("platform/DeadLettersPage", "platform"),
};

const small = (name: string, modules: string[], most: number) => {
  const size = sum(scripts(...modules));
  console.log(`${name}: ${size.toFixed(1)} kB of scripts, at most ${most}`);
  expect(size).toBeLessThanOrEqual(most);
};

test("the doors and the queue are small", () => {
  small("sign-in", DOOR, 110);
  small("the queue", QUEUE, 185);
});

test("a page comes in few files: where six are fetched at a time, each six cost a wait", () => {
  expect(scripts(...QUEUE).size).toBeLessThanOrEqual(16);
  expect(scripts(...DOOR).size).toBeLessThanOrEqual(16);
});

test("the page names what a queue needs, each file once, and only what is there", () => {
  const html = readFileSync(`${dist}index.html`, "utf8");
  const { frame, words, pages } = JSON.parse(/data-early='([^']+)'/.exec(html)?.[1] ?? "") as Early;
  const page = pages.find(({ path }) => new RegExp(path).test("/queues/que_1"));
  const first = scripts("index.html");
  const needed = [...scripts(...QUEUE)].filter((file) => !first.has(file));
  const named = [...frame, ...words.ar, ...(page?.files ?? []), ...(page?.ar ?? [])];
  expect(named.sort()).toEqual(needed.map((file) => `/${file}`).sort());
  const all = [...frame, ...words.en, ...pages.flatMap(({ files, ar, en }) => [...files, ...ar, ...en])];
  expect(all.filter((file) => !existsSync(dist + file))).toEqual([]);
});

test("what runs first is a small file, and needs no other that is large", () => {
  const html = readFileSync(`${dist}index.html`, "utf8");
  const first = /<script type="module" async crossorigin src="\/([^"]+)">/.exec(html)?.[1] ?? "";
  const chunk = Object.values(manifest).find(({ file }) => file === first);
  const needed = [first, ...(chunk?.imports ?? []).map((name) => manifest[name]?.file ?? "")];
  expect(sum(needed)).toBeLessThanOrEqual(10);
});

test("no page is missing here", () => {
  const named = sources("routes.ts").flatMap(({ path, text }) =>
    [...text.matchAll(/lazyRouteComponent\(\(\) => import\("(\.[^"]+)"\)/g)].map(([, file = ""]) => `src/${posix.join(posix.dirname(path), file)}.tsx`),
  );
  const measured = new Set([QUEUE, ...Object.values(PAGES)].flat());
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !measured.has(file))).toEqual([]);
});

test.each(Object.entries(PAGES))("%s is small, and adds little to the queue", (name, modules) => {
  const queue = scripts(...QUEUE);
  small(name, modules, 185);
  expect(sum([...scripts(...modules)].filter((file) => !queue.has(file)))).toBeLessThanOrEqual(60);
});

test("what opens over the queue comes when it is opened, and is small", () => {
  const queue = scripts(...QUEUE);
  for (const name of ["queues/QueueSettings", "queues/AddPatient", "queues/RoomDialog", "messaging/SendDialog", "messaging/QueueMessagesPage", "messaging/QueueFailedPage"]) {
    const more = sum([...scripts(`src/features/${name}.tsx`)].filter((file) => !queue.has(file)));
    console.log(`${name}: ${more.toFixed(1)} kB more`);
    expect(more, name).toBeLessThanOrEqual(60);
  }
});

test("styles and fonts", () => {
  const css = sum(manifest["index.html"]?.css ?? []);
  const fonts = readdirSync(`${dist}assets`).filter((file) => file.endsWith(".woff2"));
  const weight = fonts.reduce((all, file) => all + statSync(`${dist}assets/${file}`).size / 1000, 0);
  console.log(`styles ${css.toFixed(1)} kB, fonts ${weight.toFixed(1)} kB in ${fonts.length} files`);
  expect(css).toBeLessThanOrEqual(15);
  expect(weight).toBeLessThanOrEqual(85);
  const html = readFileSync(`${dist}index.html`, "utf8");
  expect(html.match(/rel="preload"/g), "one font is fetched ahead").toHaveLength(1);
});

test("every text is there compressed, and the gallery is not there", () => {
  for (const { file } of Object.values(manifest)) {
    if (/\.(js|css)$/.test(file)) for (const end of ["br", "gz"]) expect(existsSync(`${dist}${file}.${end}`), file).toBe(true);
  }
  expect(Object.keys(manifest).some((name) => name.includes("Gallery"))).toBe(false);
  const html = readFileSync(`${dist}index.html`, "utf8");
  expect(html, "nothing inline").not.toMatch(/<script(?![^>]*src=)|<style|style="/);
});

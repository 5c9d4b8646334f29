/** What a first visit to each page loads, as it was built: scripts, styles and fonts, gzipped. */

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

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
const QUEUE = [...APP, "src/features/queues/QueuePage.tsx", ...texts("features/queues", "features/messaging")];
const HOME = [...APP, "src/features/home/HomePage.tsx", ...texts("features/home")];
const SETTINGS = [...APP, "src/app/SettingsPage.tsx"];
const setting = (feature: string, page: string) => [...SETTINGS, `src/features/${feature}/${page}.tsx`, ...texts(`features/${feature}`)];
const OURS: [string, string[]][] = [
  ["the organisation", setting("clinics", "TenantPage")],
  ["its look", setting("clinics", "LookPage")],
  ["branches", setting("clinics", "ClinicsPage")],
  ["a branch", setting("clinics", "ClinicPage")],
  ["WhatsApp", setting("whatsapp", "WhatsAppPage")],
  ["the audit trail", setting("audit", "AuditPage")],
  ["support visits", setting("audit", "StaysPage")],
];
const FAILED = [...APP, "src/features/messaging/FailedPage.tsx", ...texts("features/messaging")];

test.each([
  ["sign-in and sign-up", DOOR, 110],
  ["the queue", QUEUE, 185],
  ["today", HOME, 170],
  ["failed messages", FAILED, 170],
  ...OURS.map(([name, modules]): [string, string[], number] => [name, modules, 185]),
])("%s", (name, modules, most) => {
  const size = sum(scripts(...modules));
  console.log(`${name}: ${size.toFixed(1)} kB of scripts, at most ${most}`);
  expect(size).toBeLessThanOrEqual(most);
});

test("other pages add little to the queue", () => {
  const queue = scripts(...QUEUE);
  for (const modules of [HOME, FAILED, ...OURS.map(([, modules]) => modules)]) {
    expect(sum([...scripts(...modules)].filter((file) => !queue.has(file)))).toBeLessThanOrEqual(60);
  }
});

test("what opens over the queue comes when it is opened, and is small", () => {
  const queue = scripts(...QUEUE);
  for (const name of ["queues/AddPatient", "queues/RoomDialog", "messaging/SendDialog"]) {
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

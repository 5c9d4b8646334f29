/** What the queue's screen costs, beside the same screen made the usual way. `npm run bench` prints it as a page of Markdown. */

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";

import { program, World } from "../e2e/world";
import { serve } from "./serve";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Ours; the usual way in one script; the usual way, with what is opened loaded when it is opened. */
const APPS = { ours: here("../dist"), whole: here("../dist-bench/whole"), split: here("../dist-bench/split") };
const NAMES = Object.keys(APPS) as App[];
type App = keyof typeof APPS;

const said: string[] = [];
const say = (line: string) => {
  said.push(line);
  console.log(line);
};
const row = (...cells: (string | number)[]) => say(`| ${cells.join(" | ")} |`);
const median = (all: number[]) => [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;
const ratio = (one: number, other: number) => (one / other).toFixed(2);

let world: World;
let token = "";
const servers: { url: string; server: Server }[] = [];
const urls = {} as Record<App, string>;
const queues: Record<number, string> = {};

async function ask(method: string, path: string, body?: unknown): Promise<Record<string, string>> {
  return ((await world.api(method, path, body, token)) as { data: Record<string, string> }).data;
}

/** A queue of so many who wait. */
async function fill(count: number): Promise<void> {
  const { id = "" } = await ask("POST", "/api/queues", { doctorName: `د. ${count}` });
  const lines = Array.from({ length: count }, (_, n) => `مريض رقم ${n + 1},05${String(10_000_000 + count * 10_000 + n)}`);
  const response = await fetch(`${world.url}/api/patients/bulk-upload`, {
    method: "POST",
    headers: { "content-type": "text/csv", authorization: `Bearer ${token}` },
    body: `الاسم,رقم الجوال\n${lines.join("\n")}\n`,
  });
  const { data } = (await response.json()) as { data: { uploadId: string } };
  // A long import says that it is not done yet, and goes on when it is asked again.
  for (let done = false; !done; ) {
    const answer = (await world.api("POST", `/api/queues/${id}/patients/bulk`, { uploadId: data.uploadId }, token)) as { success?: boolean };
    done = answer.success !== false;
  }
  queues[count] = id;
}

beforeAll(async () => {
  world = await World.start();
  const body = { clinicName: "عيادة النور", slug: "bench", fullName: "سارة", username: "sara", password: "Blue-kettle 72" };
  ({ accessToken: token = "" } = await ask("POST", "/api/auth/signup", body));
  for (const count of [50, 5_000]) await fill(count);
  for (const app of NAMES) {
    const served = await serve(APPS[app], world.url);
    servers.push(served);
    urls[app] = served.url;
  }
});

afterAll(async () => {
  for (const { server } of servers) server.close();
  await world.end();
  if (process.env.REPORT) writeFileSync(process.env.REPORT, `${said.join("\n")}\n`);
});

/** A browser that is signed in, whose page tells when the first card and the main button can be used. */
async function visit(app: App): Promise<{ page: Page; tools: CDPSession }> {
  const context = await world.browser.newContext({ baseURL: urls[app], viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(120_000);
  await context.addInitScript(() => {
    const look = () => {
      const buttons = [...document.querySelectorAll("button")];
      const usable = document.querySelector("article") && buttons.some((one) => one.textContent?.includes("نادِ التالي"));
      if (usable) Object.assign(window, { usable: performance.now() });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.locator("[name=clinic], [name=slug]").first().fill("bench");
  await page.locator("[name=username]").fill("sara");
  await page.locator("[name=password]").fill("Blue-kettle 72");
  await page.locator("button[type=submit]").click();
  await page.waitForFunction(() => location.pathname !== "/sign-in");
  return { page, tools: await context.newCDPSession(page) };
}

test("first load", () => {
  const kilobytes = (path: string) => gzipSync(readFileSync(path), { level: 9 }).length / 1000;
  const load = (app: App) => {
    const manifest = JSON.parse(readFileSync(`${APPS[app]}/.vite/manifest.json`, "utf8")) as Record<string, { file: string; imports?: string[] }>;
    const found = new Set<string>();
    const add = (name: string) => {
      const chunk = manifest[name];
      // In one script it is within that.
      if (!chunk && app === "whole") return;
      if (!chunk) throw new Error(`${name} is not in the build of ${app}`);
      if (found.has(chunk.file)) return;
      found.add(chunk.file);
      for (const one of chunk.imports ?? []) add(one);
    };
    const texts = ["ui", "app", "features/queues"].map((folder) => `src/${folder}/ar.ts`);
    // The usual app names its only page in its router.
    const page = app === "ours" ? ["src/features/queues/QueuePage.tsx"] : [];
    for (const name of ["index.html", "src/app/App.tsx", ...page, ...texts]) add(name);
    return [...found].reduce((all, file) => all + kilobytes(`${APPS[app]}/${file}`), 0);
  };
  const [ours, whole, split] = [load("ours"), load("whole"), load("split")];
  say("## The queue's screen\n");
  row("", "ours", "usual, one script", "ratio", "usual, in parts", "ratio");
  row("---", "---", "---", "---", "---", "---");
  row("scripts of the first load, kB gzipped", ours.toFixed(1), whole.toFixed(1), ratio(ours, whole), split.toFixed(1), ratio(ours, split));
});

test("until it can be used, on a slow machine and a slow line", async () => {
  const times: Record<App, number[]> = { ours: [], whole: [], split: [] };
  const visitors = { ours: await visit("ours"), whole: await visit("whole"), split: await visit("split") };
  for (const { tools } of Object.values(visitors)) {
    await tools.send("Network.enable");
    await tools.send("Network.setCacheDisabled", { cacheDisabled: true });
    await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    // Fast 3G, as Lighthouse and Chromium's own tools have it.
    const line = { offline: false, latency: 562.5, downloadThroughput: (1.6e6 * 0.9) / 8, uploadThroughput: (750e3 * 0.9) / 8 };
    await tools.send("Network.emulateNetworkConditions", line);
  }
  for (let round = 0; round < 5; round += 1) {
    for (const app of NAMES) {
      const { page } = visitors[app];
      await page.goto(`/queues/${queues[50]}`, { waitUntil: "commit" });
      const usable = await page.waitForFunction(() => (window as unknown as { usable?: number }).usable);
      times[app].push(Number(await usable.jsonValue()));
      await page.goto("about:blank");
    }
  }
  for (const { page } of Object.values(visitors)) await page.context().close();
  const [ours, whole, split] = [median(times.ours), median(times.whole), median(times.split)];
  row("usable at 4 × CPU and Fast 3G, ms, median of 5 in turns", ...[ours, whole].map(Math.round), ratio(ours, whole), Math.round(split), ratio(ours, split));
});

test("a row more in 5,000", async () => {
  const served = await serve(here("../dist-bench/rows"), world.url);
  servers.push(served);
  const found: Record<string, { mount: number; insert: number }> = {};
  for (const which of ["ours", "aria"]) {
    const page = await world.browser.newPage();
    await page.goto(`${served.url}/rows.html`);
    const measured = await page.evaluate(async (which) => {
      const page = window as unknown as { mount: (which: string) => number; insertOne: (n: number) => Promise<number> };
      const mount = page.mount(which);
      const inserts: number[] = [];
      for (let n = 0; n < 15; n += 1) inserts.push(await page.insertOne(n));
      return { mount, inserts };
    }, which);
    await page.close();
    found[which] = { mount: measured.mount, insert: median(measured.inserts.slice(3)) };
  }
  const { ours, aria } = found as Record<"ours" | "aria", { mount: number; insert: number }>;
  say("\n## A list of 5,000\n");
  row("", "ours", "React Aria's GridList in its Virtualizer", "ratio");
  row("---", "---", "---", "---");
  row("one row more, ms, median of 12", ours.insert.toFixed(1), aria.insert.toFixed(1), ratio(ours.insert, aria.insert));
  row("first drawn, ms", ours.mount.toFixed(0), aria.mount.toFixed(0), ratio(ours.mount, aria.mount));
});

interface Scrolled {
  /** Milliseconds of scripts, for a step. */
  script: number;
  /** Rows that were put into the page, for a step. */
  rows: number;
}

const STEPS = 180;

/**
 * Scrolls the line by 120 pixels in each frame: through 5,000 to what was never shown, in 50 to and fro. What the page asks of the API meanwhile
 * is within the time, as it is for whoever scrolls.
 */
async function scroll(page: Page, metric: (name: string) => Promise<number>): Promise<Scrolled> {
  const before = await metric("ScriptDuration");
  const rows = await page.evaluate(async (steps) => {
    const box = document.querySelector("article")?.closest("[tabindex='0']") as HTMLElement;
    let added = 0;
    const watch = new MutationObserver((all) => {
      for (const { addedNodes } of all) added += [...addedNodes].filter((node) => node.nodeName === "LI").length;
    });
    watch.observe(box, { childList: true, subtree: true });
    let step = 120;
    for (let n = 0; n < steps; n += 1) {
      if (box.scrollTop + step > box.scrollHeight - box.clientHeight || box.scrollTop + step < 0) step = -step;
      box.scrollTop += step;
      await new Promise(requestAnimationFrame);
    }
    watch.disconnect();
    box.scrollTop = 0;
    return added;
  }, STEPS);
  return { script: (((await metric("ScriptDuration")) - before) * 1000) / STEPS, rows: rows / STEPS };
}

/** How long a press on a card's menu takes until it shows: as the browser itself counts it. */
async function press(page: Page): Promise<number> {
  await page.evaluate(() => {
    const delays: number[] = [];
    Object.assign(window, { delays });
    new PerformanceObserver((list) => {
      for (const one of list.getEntries() as PerformanceEventTiming[]) if (one.name === "click") delays.push(one.duration);
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  for (let n = 0; n < 12; n += 1) {
    await page.locator("article [aria-haspopup=menu]").first().click();
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
  }
  return median(await page.evaluate(() => (window as unknown as { delays: number[] }).delays));
}

test("a queue of 5,000 beside one of 50", async () => {
  interface Found extends Scrolled {
    heap: number;
    delay: number;
  }
  const found: Record<50 | 5_000, Found[]> = { 50: [], 5_000: [] };
  const { page, tools } = await visit("ours");
  await tools.send("Performance.enable");
  const metric = async (name: string) => {
    const { metrics } = await tools.send("Performance.getMetrics");
    return metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  };
  for (let round = 0; round < 3; round += 1) {
    for (const count of [50, 5_000] as const) {
      await page.goto(`/queues/${queues[count]}`);
      await page.locator("article").first().waitFor();
      await page.getByText(count === 50 ? "50" : "5,000", { exact: true }).first().waitFor();
      await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
      const scrolled = await scroll(page, metric);
      const delay = await press(page);
      await tools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
      await tools.send("HeapProfiler.collectGarbage");
      found[count].push({ ...scrolled, heap: (await metric("JSHeapUsedSize")) / 1e6, delay });
    }
  }
  await page.context().close();
  say("\n## Our queue of 5,000 beside one of 50, at 4 × CPU, medians of 3 in turns\n");
  row("", "5,000", "50", "ratio");
  row("---", "---", "---", "---");
  const beside = (name: string, of: keyof Found, digits: number) => {
    const [many, few] = ([5_000, 50] as const).map((count) => median(found[count].map((one) => one[of]))) as [number, number];
    row(name, many.toFixed(digits), few.toFixed(digits), ratio(many, few));
  };
  beside("scripts per frame of scrolling, ms", "script", 2);
  beside("rows drawn per frame of scrolling", "rows", 2);
  beside("heap after a collection, MB", "heap", 1);
  beside("a press on a menu until it is drawn, ms", "delay", 0);
});

test("what the web app adds to a start", async () => {
  const start = async (more: string[]) => {
    const begun = performance.now();
    const cloud = spawn(program, ["--memory", "--port", "0", ...more], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise<void>((resolve) => cloud.stdout.on("data", (bytes: Buffer) => bytes.includes("ready ") && resolve()));
    const took = performance.now() - begun;
    const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${cloud.pid}/status`, "utf8"))?.[1]) / 1000;
    const gone = new Promise((resolve) => cloud.once("exit", resolve));
    cloud.kill("SIGTERM");
    await gone;
    return { took, memory };
  };
  const runs: Record<string, { took: number; memory: number }[]> = { with: [], without: [] };
  for (let round = 0; round < 5; round += 1) {
    runs.with?.push(await start([]));
    runs.without?.push(await start(["--api"]));
  }
  const middle = (which: string, of: "took" | "memory") => median((runs[which] ?? []).map((run) => run[of]));
  say("\n## `cargo run` with the web app and without it\n");
  row("", "with", "without", "more");
  row("---", "---", "---", "---");
  for (const [name, of] of [["start until ready, ms", "took"], ["memory then, MB", "memory"]] as const) {
    const [one, other] = [middle("with", of), middle("without", of)];
    row(name, one.toFixed(0), other.toFixed(0), (one - other).toFixed(0));
  }
});

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { expect } from "vitest";

import type { Language } from "@/i18n/preferences";

import { people, words } from "./words";

/** Everybody's, unless it is another one that matters. */
export const PASSWORD = "Blue-kettle 72";

export const program = process.env.DAWR ?? fileURLToPath(new URL("../../target/debug/dawr", import.meta.url));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Where pictures are put, if they are wanted: `SHOTS=folder`. */
const shots = process.env.SHOTS;

const sqsOf = (said: string) => /^sqs (\S+)$/m.exec(said)?.[1];

/** The whole of Dawr with nothing in it, and a browser. */
export class World {
  readonly url: string;
  readonly browser: Browser;
  /** Where the look-alike of SQS answers, if it was asked for. */
  readonly sqs: string | undefined;
  private readonly cloud: ChildProcess;

  private constructor(url: string, sqs: string | undefined, browser: Browser, cloud: ChildProcess) {
    this.url = url;
    this.sqs = sqs;
    this.browser = browser;
    this.cloud = cloud;
  }

  /** With nothing in it; or with what is in a folder, and with its insides open. */
  static async start(data?: string): Promise<World> {
    const keeping = data === undefined ? ["--memory"] : ["--data", data, "--endpoints"];
    const cloud = spawn(program, [...keeping, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    const url = await new Promise<string>((resolve, reject) => {
      cloud.stdout.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        const ready = /^ready (\S+)$/m.exec(said)?.[1];
        if (ready && (data === undefined || sqsOf(said))) resolve(ready);
      });
      cloud.once("exit", (code) => reject(new Error(`the cloud ended with ${code}`)));
      cloud.once("error", reject);
    });
    return new World(url, sqsOf(said), await chromium.launch({ executablePath, args }), cloud);
  }

  async end(): Promise<void> {
    await this.browser.close();
    const gone = new Promise((resolve) => this.cloud.once("exit", resolve));
    this.cloud.kill("SIGTERM");
    await gone;
  }

  /** Runs one of the tools around it, and returns what it printed. */
  static tool(...args: string[]): string {
    return execFileSync(program, args, { encoding: "utf8" });
  }

  /** A browser of its own, with its cookies. */
  async visitor(language: Language, more: { width?: number; height?: number; theme?: string } = {}): Promise<Visitor> {
    const { width = 1440, height = 900, theme = "light" } = more;
    const context = await this.browser.newContext({
      baseURL: this.url,
      viewport: { width, height },
      locale: "en-GB",
      timezoneId: "Asia/Riyadh",
      reducedMotion: "reduce",
      hasTouch: width < 600,
    });
    context.setDefaultTimeout(20_000);
    const chosen = JSON.stringify({ language, theme });
    await context.addInitScript(`localStorage["dawr.preferences"] ??= ${JSON.stringify(chosen)}`);
    return Visitor.open(context, language);
  }

  async api(method: string, path: string, body?: unknown, token?: string): Promise<Record<string, unknown>> {
    const response = await fetch(this.url + path, {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return (text ? JSON.parse(text) : {}) as Record<string, unknown>;
  }

  /** A clinic that signed up by the API, with its owner `sara`. */
  async clinic(slug: string, language: Language, more: object = {}): Promise<Clinic> {
    const { clinic: clinicName, owner: fullName } = people[language];
    const body = { clinicName, slug, fullName, username: "sara", password: PASSWORD, ...more };
    const answer = await this.api("POST", "/api/auth/signup", body);
    expect(answer.success, JSON.stringify(answer)).toBe(true);
    const { accessToken, clinic } = answer.data as { accessToken: string; clinic: { id: string } };
    return new Clinic(this, accessToken, clinic.id);
  }

  /** What a patient's phone has got. */
  async phone(number: string): Promise<string[]> {
    const all = (await this.api("GET", "/simulator/api/messages")) as unknown as { to: string; text: string }[];
    return all.filter(({ to }) => to === number).map(({ text }) => text);
  }
}

/** A clinic, and what its owner asks of the API. */
export class Clinic {
  readonly token: string;
  /** The id of its first branch. */
  readonly first: string;
  private readonly world: World;

  constructor(world: World, token: string, first: string) {
    this.world = world;
    this.token = token;
    this.first = first;
  }

  /** What the API answers; a refusal is a fault of the test. */
  async ask<T = { id: string }>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.world.api(method, path, body, this.token);
    expect(answer.success, `${method} ${path}: ${JSON.stringify(answer)}`).not.toBe(false);
    return answer.data as T;
  }
}

/** Somebody at a browser; whatever the browser complains of is kept. */
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly language: Language;
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page, language: Language) {
    this.context = context;
    this.page = page;
    this.language = language;
    this.watch(page);
  }

  static async open(context: BrowserContext, language: Language): Promise<Visitor> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    return new Visitor(context, await context.newPage(), language);
  }

  private watch(page: Page): void {
    page.on("pageerror", (error) => this.complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // A refusal of the API is no fault of the page.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        this.complaints.push(`console: ${message.text()}`);
      }
    });
  }

  /** A second tab. */
  async tab(path: string): Promise<Page> {
    const page = await this.context.newPage();
    this.watch(page);
    await page.goto(path);
    return page;
  }

  button(name: string | RegExp) {
    return this.page.getByRole("button", { name, exact: true });
  }

  field(name: string) {
    return this.page.getByLabel(name, { exact: true });
  }

  /** Signs in on the page that is shown; the clinic is asked for where none is known. */
  async signIn(clinic: string, username = "sara", password = PASSWORD): Promise<void> {
    const t = words[this.language].identity;
    await this.field(t.password).waitFor();
    if ((await this.field(t.clinic).count()) > 0) await this.field(t.clinic).fill(clinic);
    await this.field(t.username).fill(username);
    await this.field(t.password).fill(password);
    await this.button(t.enter).click();
  }

  /** Looks at the screen as axe does, but for these rules, at its width, and takes its picture. */
  async look(name: string, but: string[] = []): Promise<void> {
    await this.page.evaluate(() => document.fonts.ready);
    // A door that is still on its way has no heading yet.
    await this.page.locator("h1").first().waitFor();
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await this.page.screenshot({ path: `${shots}/${name}-${this.language}.png` });
    }
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, `${name} is wider than its window`).toBeLessThanOrEqual(0);
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(async (but) => {
      const { axe } = window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
      interface Violation {
        id: string;
        nodes: { target: string[]; failureSummary: string }[];
      }
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const rules = Object.fromEntries(but.map((rule) => [rule, { enabled: false }]));
      const { violations } = await axe.run({ runOnly: tags, rules });
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target.join(" ")}: ${node.failureSummary}`));
    }, but);
    expect(found, name).toEqual([]);
  }

  async leave(): Promise<void> {
    await this.context.close();
    expect(this.complaints).toEqual([]);
  }
}

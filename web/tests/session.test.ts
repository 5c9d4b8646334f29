// @vitest-environment node
import { describe, expect, test } from "vitest";

import type { SessionView } from "@/api/generated";
import { Session, type Message, type Surroundings } from "@/session/state";

const OVER = new Error("over");

/** A browser with as many tabs as are opened: one cookie, one lock, one channel. */
class Browser {
  refreshes = 0;
  now = 1_000_000;
  remembered = true;
  over = false;
  private tabs: ((message: Message) => void)[] = [];
  private last: Promise<unknown> = Promise.resolve();
  private held = 0;

  tab(): Session {
    const own: ((message: Message) => void)[] = [];
    const around: Surroundings = {
      refresh: async () => {
        await tick();
        if (this.over) throw OVER;
        this.refreshes += 1;
        return view(`token-${this.refreshes}`);
      },
      isOver: (error) => error === OVER,
      lock: (work) => {
        const waited = this.held > 0;
        this.held += 1;
        const done = this.last.then(() => work(waited)).finally(() => (this.held -= 1));
        this.last = done.catch(() => undefined);
        return done;
      },
      channel: {
        post: (message) => {
          // As a browser does: later, and to the other tabs alone.
          for (const tell of this.tabs.filter((one) => !own.includes(one))) setTimeout(() => tell(message), 1);
        },
        listen: (listener) => {
          own.push(listener);
          this.tabs.push(listener);
        },
      },
      remembered: { get: () => this.remembered, set: (value) => (this.remembered = value) },
      now: () => this.now,
      sleep: () => new Promise((resolve) => setTimeout(resolve, 5)),
    };
    return new Session(around);
  }
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 2));

function view(accessToken: string): SessionView {
  return {
    accessToken,
    expiresIn: 900, secondFactor: false,
    user: { id: "mem_1", username: "sara", fullName: "سارة", role: "receptionist" },
    tenant: { id: "ten_1", name: "النور", slug: "al-noor" },
    clinic: { id: "cli_1", name: "النور" },
  };
}

describe("a session", () => {
  test("is refreshed by one tab for both", async () => {
    const browser = new Browser();
    const [one, other] = [browser.tab(), browser.tab()];
    await one.begin();
    await other.begin();
    expect(browser.refreshes, "the second tab was handed what the first one has").toBe(1);
    browser.now += 880_000;
    const tokens = await Promise.all([one.token(), other.token(), one.token()]);
    expect(browser.refreshes).toBe(2);
    expect(new Set(tokens)).toEqual(new Set(["token-2"]));
  });

  test("is refreshed once when a token is refused in two tabs at a time", async () => {
    const browser = new Browser();
    const [one, other] = [browser.tab(), browser.tab()];
    await one.begin();
    await other.begin();
    const tokens = await Promise.all([one.token("token-1"), other.token("token-1")]);
    expect(tokens).toEqual(["token-2", "token-2"]);
  });

  test("that has ended waits for somebody to sign in again, and goes on", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    await tab.begin();
    browser.over = true;
    const waiting = tab.token("token-1");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(tab.current.is).toBe("ended");
    tab.enter(view("token-new"));
    expect(await waiting).toBe("token-new");
  });

  test("that somebody leaves ends in all tabs", async () => {
    const browser = new Browser();
    const [one, other] = [browser.tab(), browser.tab()];
    await one.begin();
    await other.begin();
    one.leave();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([one.current.is, other.current.is, browser.remembered]).toEqual(["out", "out", false]);
    await expect(other.token()).rejects.toThrow();
  });

  test("is not asked for where nobody was signed in", async () => {
    const browser = new Browser();
    browser.remembered = false;
    expect((await browser.tab().begin()).is).toBe("out");
    expect(browser.refreshes).toBe(0);
  });
});

/**
 * Who is signed in. The access token is in memory alone; the refresh token is in a cookie that scripts do not see.
 *
 * All tabs share one session: one of them refreshes, under a lock, and hands the token to the others.
 */

import { SignedOut } from "@/api/failure";
import type { SessionView } from "@/api/generated";

export type State =
  | { is: "unknown" }
  | { is: "out" }
  /** `ended`: it is over, and whoever it was may sign in again where they are. */
  | { is: "in" | "ended"; view: SessionView; until: number };

export type Message =
  | { say: "in"; view: SessionView; until: number }
  | { say: "out" }
  /** A tab that has just opened asks whether another one has a token. */
  | { say: "who" };

/** What is around a session; tests put two tabs side by side. */
export interface Surroundings {
  refresh: () => Promise<SessionView>;
  /** Whether the refusal of a refresh means that the session is over. */
  isOver: (error: unknown) => boolean;
  lock: <T>(work: (waited: boolean) => Promise<T>) => Promise<T>;
  channel: { post: (message: Message) => void; listen: (listener: (message: Message) => void) => void };
  /** Whether this browser was signed in: asking without a cookie would be refused. */
  remembered: { get: () => boolean; set: (value: boolean) => void };
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** A token is renewed so long before it is over. */
const MARGIN = 30_000;

/** So long another tab may take to hand over what it has. */
const HAND_OVER = 150;

export class Session {
  private state: State = { is: "unknown" };
  private readonly around: Surroundings;
  private readonly listeners = new Set<() => void>();
  private renewing: Promise<void> | undefined;
  /** Where tokens come from in place of the member's own: an operator works in a tenant. */
  instead: ((spent?: string) => Promise<string>) | undefined;

  constructor(around: Surroundings) {
    this.around = around;
    around.channel.listen((message) => this.hear(message));
  }

  get current(): State {
    return this.state;
  }

  /** Who it is and where; what was begun for one is not done as another. */
  get whose(): string | undefined {
    const { state } = this;
    return state.is === "in" || state.is === "ended" ? `${state.view.tenant.id} ${state.view.user.id}` : undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Finds out who is signed in, when a tab opens. */
  async begin(): Promise<State> {
    if (!this.around.remembered.get()) {
      this.become({ is: "out" });
      return this.state;
    }
    const answered = this.changed();
    this.around.channel.post({ say: "who" });
    await Promise.race([answered, this.around.sleep(HAND_OVER)]);
    if (this.state.is === "unknown") await this.renew();
    return this.state;
  }

  /** Somebody signed in here. */
  enter(view: SessionView): void {
    this.keep(view);
    if (this.state.is === "in") this.around.channel.post({ say: "in", view, until: this.state.until });
  }

  /** Somebody signed out here. */
  leave(): void {
    this.around.remembered.set(false);
    this.around.channel.post({ say: "out" });
    this.become({ is: "out" });
  }

  /** A token to call with. */
  token(spent?: string): Promise<string> {
    return this.instead ? this.instead(spent) : this.own(spent);
  }

  /**
   * A token of the member's own that is good, another one than `spent`. Where the session has ended it waits until somebody has signed in again.
   *
   * @throws {SignedOut} if nobody does.
   */
  async own(spent?: string): Promise<string> {
    for (;;) {
      const { state } = this;
      if (state.is === "in" && state.view.accessToken !== spent && state.until - MARGIN > this.around.now()) {
        return state.view.accessToken;
      }
      if (state.is === "in") await this.renew(state.view.accessToken);
      else if (state.is === "ended") await this.changed();
      else throw new SignedOut("nobody is signed in");
    }
  }

  private renew(spent?: string): Promise<void> {
    this.renewing ??= this.around
      .lock(async (waited) => {
        // Whoever had the lock has refreshed; what it hands over may still be on its way.
        if (waited) await this.around.sleep(HAND_OVER);
        const { state } = this;
        if (state.is === "out" || (state.is === "in" && state.view.accessToken !== spent)) return;
        await this.refresh();
      })
      .finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async refresh(): Promise<void> {
    try {
      this.enter(await this.around.refresh());
    } catch (error) {
      if (!this.around.isOver(error)) throw error;
      const { state } = this;
      this.around.remembered.set(false);
      this.become(state.is === "in" ? { ...state, is: "ended" } : { is: "out" });
    }
  }

  private hear(message: Message): void {
    const { state } = this;
    switch (message.say) {
      case "who":
        if (state.is === "in") this.around.channel.post({ say: "in", view: state.view, until: state.until });
        return;
      case "in":
        if (message.until > this.around.now()) this.become({ is: "in", view: message.view, until: message.until });
        return;
      case "out":
        this.become({ is: "out" });
    }
  }

  private keep(view: SessionView): void {
    this.around.remembered.set(true);
    this.become({ is: "in", view, until: this.around.now() + view.expiresIn * 1000 });
  }

  private become(state: State): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
}

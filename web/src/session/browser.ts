/** A session's surroundings in a browser. */

import { Failure } from "@/api/failure";
import { logOut, refresh as endpoint, type SessionView } from "@/api/generated";
import { send } from "@/api/http";
import { NoAnswer } from "@/api/failure";

import type { Message, Surroundings } from "./state";

const NAME = "dawr.session";

/** Answers of the refresh that end the session. Anything else may pass: a bad line must sign nobody out. */
const OVER = new Set(["SessionEnded", "TenantSuspended", "AddressNotAllowed", "InvalidCredentials"]);

/**
 * A refresh whose answer was lost has spent the cookie, and the API gives the next one once more within half a minute. On a line that goes
 * silent nothing says that it was lost: so it is asked again twice before that is over. A slow line answers within the first wait.
 */
const PATIENCE = 9_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function refresh(): Promise<SessionView> {
  for (let wait = 500; ; wait = Math.min(wait * 2, 15_000)) {
    try {
      return (await send({ method: endpoint.method, url: endpoint.path, patience: PATIENCE })) as SessionView;
    } catch (error) {
      const passes = error instanceof NoAnswer || (error instanceof Failure && !isOver(error));
      if (!passes) throw error;
      await sleep(wait);
    }
  }
}

function isOver(error: unknown): boolean {
  return error instanceof Failure && error.faults.some((fault) => OVER.has(fault.code));
}

/** Without locks (a plain http address in the house) the API's own grace keeps two tabs from ending each other's session. */
async function lock<T>(work: (waited: boolean) => Promise<T>): Promise<T> {
  if (!navigator.locks) return work(false);
  let free = false;
  const first = await navigator.locks.request(NAME, { ifAvailable: true }, async (got) => {
    free = got !== null;
    return free ? work(false) : undefined;
  });
  return free ? (first as T) : navigator.locks.request(NAME, () => work(true));
}

function channel(): Surroundings["channel"] {
  if (typeof BroadcastChannel === "undefined") return { post: () => undefined, listen: () => undefined };
  const open = new BroadcastChannel(NAME);
  return {
    post: (message) => open.postMessage(message),
    listen: (listener) => open.addEventListener("message", (event) => listener(event.data as Message)),
  };
}

const remembered: Surroundings["remembered"] = {
  get: () => localStorage.getItem(NAME) !== null,
  set: (value) => (value ? localStorage.setItem(NAME, "1") : localStorage.removeItem(NAME)),
};

export const browser: Surroundings = { refresh, isOver, lock, channel: channel(), remembered, now: Date.now, sleep };

/** Ends the session at the API. It is over here even if that cannot be reached. */
export async function end(): Promise<void> {
  await send({ method: logOut.method, url: logOut.path }).catch(() => undefined);
}

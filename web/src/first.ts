/**
 * Runs before the other scripts, as soon as it is there, and needs few of them: finds out who is signed in and asks for what the page shows first,
 * while they are on their way. On a slow line each wait after the other is half a second.
 */

import "./session/stay";

import { askAhead } from "./app/ahead";
import { isForAll } from "./features/identity/doors";
import { session } from "./session/session";
import type { State } from "./session/state";

/** Who is signed in. */
export const arrived: Promise<State> = session.begin();

void arrived.then(
  ({ is }) => {
    const path = location.pathname;
    if (is === "in" && !isForAll(path)) askAhead(path);
  },
  // Whoever waits for it says so.
  () => undefined,
);

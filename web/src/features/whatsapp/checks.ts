/** What can be told of a connection without sending anything: each thing with how it is. */

import type { WhatsAppStandingView } from "@/api/generated";

import type { Heard } from "./queries";

export type Outcome = "ok" | "warn" | "bad" | "unknown";

/** Why WhatsApp takes no messages from a number, by Meta's error code. */
type Stop = "token" | "number" | "locked" | "name" | "country" | "payment" | "trial" | "quality" | "other";

const STOPS: [Stop, number[]][] = [
  ["token", [0, 3, 10, 190, 131_005]],
  ["number", [33, 131_045, 133_000, 133_010]],
  ["locked", [368, 131_031]],
  ["name", [131_037]],
  ["country", [130_497]],
  ["payment", [131_042]],
  ["trial", [131_030]],
  ["quality", [131_048]],
];

export function stopOf(code: number): Stop {
  // Permissions that a token lacks are 200 to 299.
  if (code >= 200 && code <= 299) return "token";
  return STOPS.find(([, codes]) => codes.includes(code))?.[0] ?? "other";
}

export type Check =
  | { id: "sending"; is: Outcome; stop?: Stop; code?: number; until?: string }
  | { id: "callbacks"; is: Outcome; at?: string }
  | { id: "address"; is: Outcome }
  | { id: "notice"; is: Outcome; since?: string }
  | { id: "stuck"; is: Outcome; count: number };

/** So long a phone that is on may take to call back before it is odd. */
const ODD = 10 * 60_000;

function sending({ stoppedBy, heldUntil }: WhatsAppStandingView): Check {
  if (stoppedBy !== null) {
    return { id: "sending", is: "bad", stop: stopOf(stoppedBy), code: stoppedBy, ...(heldUntil && { until: heldUntil }) };
  }
  return heldUntil ? { id: "sending", is: "warn", until: heldUntil } : { id: "sending", is: "ok" };
}

function callbacks({ connectedAt }: WhatsAppStandingView, heard: Heard | undefined, now: number): Check {
  // What another connection heard says nothing of this one.
  const since = (at: string | null) => (at && at >= connectedAt ? at : undefined);
  const called = since(heard?.calledBackAt ?? null);
  if (called) return { id: "callbacks", is: "ok", at: called };
  const sent = since(heard?.sentAt ?? null);
  if (sent && now - Date.parse(sent) > ODD) return { id: "callbacks", is: "bad", at: sent };
  return { id: "callbacks", is: "unknown" };
}

function notice({ noticeTemplate, noticeTemplatePaused }: WhatsAppStandingView): Check {
  if (noticeTemplatePaused) return { id: "notice", is: "bad", since: noticeTemplatePaused.since };
  return { id: "notice", is: noticeTemplate ? "ok" : "warn" };
}

export interface Found {
  heard: Heard | undefined;
  /** How many messages wait for a decision because of the account; none where that may not be seen. */
  stuck: number | undefined;
  /** Whether the callback's address answered as Meta wants it; none where the verify token is not known here. */
  answers: boolean | undefined;
}

export function checksOf(account: WhatsAppStandingView, { heard, stuck, answers }: Found, now: number): Check[] {
  return [
    sending(account),
    ...(answers === undefined ? [] : [{ id: "address", is: answers ? "ok" : "bad" } as const]),
    callbacks(account, heard, now),
    notice(account),
    ...(stuck === undefined ? [] : [{ id: "stuck", is: stuck > 0 ? "bad" : "ok", count: stuck } as const]),
  ];
}

/** The worst of them; what is not known is no fault. */
export function worst(checks: Check[]): Exclude<Outcome, "unknown"> {
  return (["bad", "warn"] as const).find((one) => checks.some(({ is }) => is === one)) ?? "ok";
}

import { createElement } from "react";
import { beforeEach, expect, test } from "vitest";

import type { TicketView } from "@/api/generated";
import { queues } from "@/features/queues/texts";
import { useSteps } from "@/features/queues/useSteps";
import { Toasts } from "@/ui/Toast";
import ar from "@/features/queues/ar";
import uiAr from "@/ui/ar";
import { common } from "@/ui/texts";

import { after, draw, enter, network } from "./draw";

let steps: ReturnType<typeof useSteps>;
const ticket = { id: "tkt_1", queueId: "que_1", ticketNumber: 4, status: "waiting", version: 1 } as TicketView;

function Card() {
  steps = useSteps(ticket);
  return null;
}

beforeEach(async () => {
  enter();
  await Promise.all([queues.load(), common.load()]);
});

test("a step is said and can be taken back, though the card has left its column before the answer", async () => {
  let answer: (data: unknown) => void = () => undefined;
  const calls = network(({ headers }) => (headers.get("if-match") === '"1"' ? new Promise((resolve) => (answer = resolve)) : { ...ticket, version: 3 }));
  const drawn = await draw([createElement(Card, { key: "card" }), createElement(Toasts, { key: "toasts" })]);
  await after(() => steps.go("called"));
  await drawn.again([createElement(Toasts, { key: "toasts" })]);
  await after(() => answer({ ...ticket, status: "called", version: 2 }));
  expect(document.body.textContent).toContain(ar.stepped(4, uiAr.status.called));
  await after(() => document.querySelector<HTMLElement>(`[aria-label="${ar.undoStep(4, uiAr.status.waiting)}"]`)?.click());
  expect(calls.map(({ body }) => body)).toEqual([{ status: "called" }, { status: "waiting" }]);
  await drawn.gone();
});

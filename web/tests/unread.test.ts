import { createElement } from "react";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { meQuery } from "@/app/me";
import type { ProfileView } from "@/api/generated";
import ar from "@/features/patients/ar";
import { PatientPage } from "@/features/patients/PatientPage";
import { conversationQuery } from "@/features/patients/queries";
import { patients } from "@/features/patients/texts";
import { queues } from "@/features/queues/texts";
import { lineQuery } from "@/features/queues/queries";
import { common } from "@/ui/texts";

import { after, draw, enter, network } from "./draw";

const patient = { id: "pat_1", fullName: "نورة", phoneNumber: "+966501234567", createdAt: "2026-11-01T08:00:00Z", updatedAt: "2026-11-01T08:00:00Z", version: 1 };
const ticket = { id: "tic_1", patientId: "pat_1", queueId: "que_1", status: "waiting", ticketNumber: 1, queueDeleted: false, createdAt: "2026-11-01T08:00:00Z", doctorName: "د. أحمد" };
const said = { unread: 2, needsAnswer: null, numberChanged: false, lastInboundAt: null, consent: null, items: [] };

beforeEach(async () => {
  enter();
  await Promise.all([patients.load(), queues.load(), common.load()]);
});
afterEach(() => vi.unstubAllGlobals());

async function open(address: string, unread?: number, before?: typeof said) {
  const calls = network(({ url }) => {
    if (url.includes("/conversation")) return said;
    if (url.includes("/tickets")) return { items: [ticket] };
    if (url.includes("/consent")) return { state: null, version: 0 };
    return url.includes("/patients/pat_1") && !url.includes("/messages") ? patient : { items: [] };
  });
  const drawn = await draw(null);
  const permissions = ["patients:read", "messages:read", "queues:read"];
  drawn.client.setQueryData(meQuery.queryKey, { id: "mem_1", role: "nurse", clinics: "all", permissions } as unknown as ProfileView);
  if (unread !== undefined) {
    const line = { serving: [], waiting: [{ ...ticket, unreadMessages: unread }], finished: [], more: false };
    drawn.client.setQueryData(lineQuery("que_1").queryKey, line as never);
  }
  if (before) {
    const old = { pages: [before], pageParams: [""] } as never;
    drawn.client.setQueryData(conversationQuery("pat_1").queryKey, old, { updatedAt: Date.now() - 60_000 });
  }
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: "/patients/$patientId", component: PatientPage });
  const router = createRouter({ routeTree: root.addChildren([page]), history: createMemoryHistory({ initialEntries: [address] }) });
  await router.load();
  await after(() => drawn.again(createElement(RouterProvider, { router: router as never })));
  for (let n = 0; n < 4; n += 1) await after(() => undefined);
  return { drawn, asked: () => calls.filter(({ url }) => url.includes("/conversation")) };
}

test("an overview asks for no conversation: nobody is noted as having seen it", async () => {
  const { drawn, asked } = await open("/patients/pat_1");
  expect(drawn.place.textContent).toContain(ar.messages);
  expect(asked()).toEqual([]);
  await drawn.gone();
});

test("what the line tells of it is shown all the same", async () => {
  const { drawn, asked } = await open("/patients/pat_1", 3);
  expect(drawn.place.textContent).toContain(ar.unread(3));
  expect(asked()).toEqual([]);
  await drawn.gone();
});

test("a conversation that was read before says less than the line of now", async () => {
  const { drawn } = await open("/patients/pat_1", 3, { ...said, unread: 0 });
  expect(drawn.place.textContent).toContain(ar.unread(3));
  await drawn.gone();
});

test("whoever opens it asks for it", async () => {
  const { drawn, asked } = await open("/patients/pat_1?tab=messages");
  // It is loaded when it is opened.
  for (let n = 0; n < 100 && asked().length === 0; n += 1) await after(() => undefined);
  expect(asked().length).toBeGreaterThan(0);
  await drawn.gone();
});

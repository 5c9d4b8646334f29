import { createElement } from "react";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { afterEach, describe, expect, test, vi } from "vitest";

import type { PatientView, ProfileView, SaidView } from "@/api/generated";
import { meQuery } from "@/app/me";
import { bodyOf, contested, differing, repeated, typedOf } from "@/features/patients/edit";
import { Results } from "@/features/patients/Results";
import { byDay, firstUnread, inOrder, lastHeard, minutesLeft, strangers } from "@/features/patients/said";
import { patients } from "@/features/patients/texts";
import { lineQuery } from "@/features/queues/queries";
import { common } from "@/ui/texts";

import { after, draw, enter, network, type Call, type Drawn } from "./draw";

const patient: PatientView = {
  id: "pat_1",
  fullName: "محمد القحطاني",
  phoneNumber: "+966501234567",
  localId: "1042",
  nationalId: "••••••5678",
  metadata: { الحساسية: "البنسلين" },
  createdAt: "2026-11-01T08:00:00Z",
  updatedAt: "2026-11-01T08:00:00Z",
  version: 3,
};

describe("what is sent of a record", () => {
  const base = typedOf(patient);

  test("is what was changed, and nothing that only looks so", () => {
    expect(differing(base, { ...base, fullName: " محمد القحطاني " })).toEqual([]);
    expect(differing(base, { ...base, metadata: [...base.metadata, { name: "", text: " " }] })).toEqual([]);
    const typed = { ...base, phoneNumber: "0551112233", localId: " ", metadata: [] };
    const fields = differing(base, typed);
    expect(fields).toEqual(["phoneNumber", "localId", "metadata"]);
    expect(bodyOf(typed, fields)).toEqual({ phoneNumber: "0551112233", localId: null, metadata: null });
  });

  test("keeps each text under its name", () => {
    const metadata = [{ name: " التأمين ", text: "بوبا" }, { name: "", text: "" }];
    expect(bodyOf({ ...base, metadata }, ["metadata"])).toEqual({ metadata: { التأمين: "بوبا" } });
    expect(repeated([...metadata, { name: "التأمين", text: "أخرى" }])).toBe("التأمين");
    expect(repeated(metadata)).toBeUndefined();
  });

  test("is contested only where both changed it to something else", () => {
    const mine = { ...base, fullName: "محمد علي", localId: "7" };
    const theirs = { ...base, fullName: "محمد سالم", localId: "7", nationalId: "1" };
    expect(contested(base, mine, theirs)).toEqual({ mine: ["fullName"], theirs: ["nationalId"] });
  });
});

const said = (id: string, at: string, more: Partial<SaidView> = {}): SaidView => ({
  at,
  channel: "whatsapp",
  direction: "in",
  inboundId: id,
  kind: "text",
  phoneNumber: "+966501234567",
  providerMessageId: null,
  text: id,
  ...more,
});

describe("what was said", () => {
  const pages = [
    { items: [said("d", "2026-11-28T21:30:00Z"), said("c", "2026-11-28T20:30:00Z", { kind: "preference" })] },
    { items: [said("c", "2026-11-28T20:30:00Z", { kind: "preference" }), said("b", "2026-11-28T09:00:00Z"), said("a", "2026-11-27T09:00:00Z")] },
  ];
  const all = inOrder(pages);

  test("stands with the oldest first, and once", () => {
    expect(all.map(({ inboundId }) => inboundId)).toEqual(["a", "b", "c", "d"]);
    expect(lastHeard([...all, said("m", "2026-11-28T22:00:00Z", { direction: "out", inboundId: null, messageId: "m" })])).toBe("d");
  });

  test("is parted by the clinic's days, not by those of the world", () => {
    // Half past nine in the evening of Greenwich is the next day in Riyadh.
    expect(byDay(all).map(({ said }) => said.length)).toEqual([1, 2, 1]);
  });

  test("is unread from where the API's count begins", () => {
    expect(firstUnread(all, 2), "what is no news is not counted").toBe("b");
    expect(firstUnread(all, 9), "more are unread than are shown").toBe("a");
    expect(firstUnread(all, 0)).toBeUndefined();
  });

  test("opens a window of 24 hours", () => {
    const now = Date.parse("2026-11-28T12:00:00Z");
    expect(minutesLeft("2026-11-28T11:00:00Z", now)).toBe(23 * 60);
    expect(minutesLeft("2026-11-27T12:00:01Z", now), "the last minute counts").toBe(1);
    expect(minutesLeft("2026-11-27T12:00:00Z", now)).toBe(0);
    expect(minutesLeft(null, now)).toBe(0);
  });

  test("by strangers is put together by number, and by none where it is hidden", () => {
    const found = strangers([
      {
        items: [
          said("5", "2026-11-28T12:05:00Z", { phoneNumber: null }),
          said("4", "2026-11-28T12:04:00Z"),
          said("3", "2026-11-28T12:03:00Z", { phoneNumber: "+966550000000" }),
          said("2", "2026-11-28T12:02:00Z"),
          said("1", "2026-11-28T12:01:00Z", { phoneNumber: null }),
        ],
      },
    ]);
    expect(found.map(({ said }) => said.map(({ inboundId }) => inboundId))).toEqual([["5"], ["2", "4"], ["3"], ["1"]]);
  });
});

describe("where somebody who was found is in line", () => {
  const [waits, served] = [{ id: "tkt_2", queueId: "que_1", ticketNumber: 2, status: "waiting", doctorName: "D", queueDeleted: false }, { id: "tkt_1", status: "served", queueDeleted: false }];
  const added = vi.fn<() => void>();
  let calls: Call[];
  let drawn: Drawn;

  async function open(tickets: object[], line?: object, age = 0) {
    enter();
    await Promise.all([patients.load(), common.load()]);
    added.mockReset();
    calls = network(() => ({ items: tickets }));
    drawn = await draw(null);
    const permissions = ["queues:read", "tickets:write", "patients:contact"];
    drawn.client.setQueryData(meQuery.queryKey, { permissions } as unknown as ProfileView);
    if (line) drawn.client.setQueryData(lineQuery("que_1").queryKey, line as never, { updatedAt: Date.now() - age });
    const node = createElement(Results, { q: "", page: undefined, found: { items: [patient] } as never, waiting: false, onAdd: added, onKey: () => undefined });
    const router = createRouter({ routeTree: createRootRoute({ component: () => node }), history: createMemoryHistory() });
    await router.load();
    await after(() => drawn.again(createElement(RouterProvider, { router: router as never })));
  }
  afterEach(() => drawn.gone());

  const urls = () => calls.map(({ url }) => url);
  const asked = ["/api/patients/pat_1/tickets?pageSize=25"];
  const place = () => drawn.place.querySelector<HTMLElement>("a[href='/queues/que_1']");
  const add = () => drawn.place.querySelector("button");
  const wait = (ms: number) => after(() => new Promise((resolve) => setTimeout(resolve, ms)));

  test("is taken from a line that is at hand, and asked of nobody who is only shown", async () => {
    const line = { serving: [], waiting: [{ ...waits, patientId: "pat_1" }], finished: [], more: false };
    await open([], line);
    expect(place()?.textContent).toContain("2");
    expect(add()).toBeNull();
    expect(urls()).toEqual([]);
    await drawn.gone();
    await open([], line, 61_000);
    expect(add(), "a line of before says nothing of now").not.toBeNull();
    expect(urls()).toEqual([]);
  });

  test("is asked of them whom somebody stays at, and not of those who are passed", async () => {
    await open([waits, served]);
    const link = drawn.place.querySelector<HTMLElement>("[data-result]");
    await after(() => link?.focus());
    await after(() => link?.blur());
    await wait(320);
    expect(urls()).toEqual([]);
    await after(() => add()?.focus());
    await wait(320);
    await after(() => undefined);
    expect(urls()).toEqual(asked);
    expect(document.activeElement, "in the place of what had the focus").toBe(place());
  });

  test("is asked before they are added", async () => {
    await open([waits, served]);
    await after(() => add()?.click());
    expect(urls()).toEqual(asked);
    expect(place()).not.toBeNull();
    expect(added).not.toHaveBeenCalled();
    await drawn.gone();
    await open([served]);
    await after(() => add()?.click());
    expect(added).toHaveBeenCalledOnce();
  });
});

import { createElement, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { describe, expect, test } from "vitest";

import type { PatientView, ProfileView, SaidView } from "@/api/generated";
import { meQuery } from "@/app/me";
import { bodyOf, contested, differing, repeated, typedOf } from "@/features/patients/edit";
import { usePlaces } from "@/features/patients/queries";
import { byDay, firstUnread, inOrder, lastHeard, minutesLeft, strangers } from "@/features/patients/said";

import { after, draw, enter, network } from "./draw";

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

test("where somebody is in line is asked of them alone, once they are in sight", async () => {
  enter();
  const calls = network(() => ({ items: [{ id: "tkt_2", status: "waiting", queueDeleted: false }, { id: "tkt_1", status: "served", queueDeleted: false }] }));
  let places: ReturnType<typeof usePlaces>;
  function Row({ inSight }: { inSight: boolean }) {
    const client = useQueryClient();
    useState(() => client.setQueryData(meQuery.queryKey, { permissions: ["queues:read"] } as unknown as ProfileView));
    places = usePlaces("pat_1", inSight);
    return null;
  }
  const drawn = await draw(createElement(Row, { inSight: false }));
  await after(() => undefined);
  expect(calls.map(({ url }) => url)).toEqual([]);
  expect(places, "nobody is said to be in no line before that is known").toBeUndefined();
  await drawn.again(createElement(Row, { inSight: true }));
  await after(() => undefined);
  expect(calls.map(({ url }) => url)).toEqual(["/api/patients/pat_1/tickets?pageSize=25"]);
  expect(places?.map(({ id }) => id)).toEqual(["tkt_2"]);
  await drawn.gone();
});

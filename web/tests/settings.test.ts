import { createElement, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";

import { meQuery } from "@/app/me";
import type { ProfileView, QueueView, UpdateQueue } from "@/api/generated";
import ar from "@/features/queues/ar";
import QueueSettings from "@/features/queues/QueueSettings";
import { queues } from "@/features/queues/texts";
import uiAr from "@/ui/ar";
import { common } from "@/ui/texts";

import { after, draw, enter, network, refused, type } from "./draw";

const read = { id: "que_1", version: 1, doctorName: "د. أحمد", description: "", active: true, timezone: "Asia/Riyadh" } as QueueView;

function Settings() {
  const client = useQueryClient();
  useState(() => client.setQueryData(meQuery.queryKey, { permissions: ["queues:write"] } as unknown as ProfileView));
  return createElement(QueueSettings, { queue: read });
}

/** A queue that stands otherwise by now. */
function api(stands: QueueView) {
  return network(({ method, headers, body }) => {
    if (method === "GET") return stands;
    if (headers.get("if-match") !== `"${stands.version}"`) return refused(412, "StaleVersion");
    return { ...stands, ...(body as UpdateQueue), version: stands.version + 1 };
  });
}

const field = (name: string) => document.querySelector<HTMLInputElement>(`input[name=${name}]`);
const press = (text: string) => after(() => [...document.querySelectorAll("button")].find(({ textContent }) => textContent === text)?.click());

beforeEach(async () => {
  enter();
  await Promise.all([queues.load(), common.load()]);
});

test("whoever is called meanwhile is no conflict of a queue's settings, and what a colleague set stays", async () => {
  const calls = api({ ...read, version: 4, description: "الدور الثاني" });
  const drawn = await draw(createElement(Settings));
  await after(() => type(field("doctorName"), "د. ليلى"));
  await press(ar.save);
  expect(calls.filter(({ method }) => method !== "GET").map(({ body }) => body)).toEqual(Array(2).fill({ doctorName: "د. ليلى" }));
  expect(field("description")?.value).toBe("الدور الثاني");
  await drawn.gone();
});

test("where both changed the same, somebody chooses", async () => {
  const calls = api({ ...read, version: 4, doctorName: "د. سارة" });
  const drawn = await draw(createElement(Settings));
  await after(() => type(field("doctorName"), "د. ليلى"));
  await press(ar.save);
  expect(drawn.place.textContent).toContain("د. سارة");
  await press(uiAr.saveChosen);
  expect(calls.at(-1)?.body).toEqual({ doctorName: "د. ليلى" });
  expect(calls.at(-1)?.headers.get("if-match")).toBe('"4"');
  await drawn.gone();
});

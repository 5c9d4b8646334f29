// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";

import { dropAhead } from "@/api/ahead";
import { askAhead } from "@/app/ahead";
import { meQuery } from "@/app/me";
import { queryClient } from "@/app/query";
import { tenantQuery } from "@/app/tenant";
import { lineQuery, queueQuery } from "@/features/queues/queries";

import { enter, network, refused, settled } from "./draw";

beforeEach(() => {
  dropAhead();
  queryClient.clear();
  enter();
});

/** What the app and a queue's page ask when they are there. */
const show = () => Promise.all([meQuery, tenantQuery, queueQuery("que_1"), lineQuery("que_1")].map((query) => queryClient.fetchQuery(query as typeof meQuery)));

test("what a queue's page asks is asked before it is there, and no second time", async () => {
  const calls = network(({ url }) => (url.includes("/patients") ? { items: [] } : { id: "que_1" }));
  askAhead("/queues/que_1");
  await settled();
  const before = calls.map(({ url }) => url);
  expect(before).toHaveLength(4);
  await show();
  expect(calls.map(({ url }) => url)).toEqual(before);
  queryClient.clear();
  await show();
  expect(calls).toHaveLength(8);
});

test("what nobody took is asked anew", async () => {
  const calls = network(() => ({ id: "que_1" }));
  askAhead("/queues/que_1");
  await settled();
  dropAhead();
  await queryClient.fetchQuery(queueQuery("que_1"));
  expect(calls).toHaveLength(5);
});

test("what was refused is refused to whoever takes it", async () => {
  network(() => refused(403, "Forbidden"));
  askAhead("/queues/que_1");
  await settled();
  await expect(queryClient.fetchQuery(queueQuery("que_1"))).rejects.toThrow();
});

import { createElement } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { QuotaView } from "@/api/generated";
import QuotaDialog from "@/features/quotas/QuotaDialog";
import ar from "@/features/quotas/ar";
import { quotas } from "@/features/quotas/texts";
import { common } from "@/ui/texts";

import { after, draw, enter, network, refused, type } from "./draw";

const quota = { userId: "mem_2", messagesQuota: 10, messagesLeft: 10, queuesQuota: 0, queuesLeft: 0 } as QuotaView;

beforeEach(async () => {
  enter();
  await Promise.all([quotas.load(), common.load()]);
});
afterEach(() => vi.unstubAllGlobals());

test("a quota whose answer was lost is not granted twice", async () => {
  let lost = 0;
  const calls = network(() => (lost++ === 0 ? refused(500, "Internal") : quota));
  const closed = vi.fn<() => void>();
  const drawn = await draw(createElement(QuotaDialog, { holder: { quota, isMe: false, name: "ريم", role: "moderator" }, onClose: closed }));
  const field = document.querySelector<HTMLInputElement>("input[name=addMessages]");
  await after(() => type(field, "5"));
  const send = () => after(() => [...document.querySelectorAll("button")].find(({ textContent }) => textContent === ar.save)?.click());
  await send();
  await send();
  expect(calls.map(({ body }) => body)).toEqual(Array(2).fill({ addMessages: 5, addQueues: null }));
  const keys = calls.map(({ headers }) => headers.get("idempotency-key"));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(closed).toHaveBeenCalledOnce();
  await drawn.gone();
});

import { createElement } from "react";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { meQuery } from "@/app/me";
import type { ProfileView, WhatsAppStandingView } from "@/api/generated";
import ar from "@/features/whatsapp/ar";
import { whatsapp } from "@/features/whatsapp/texts";
import { WhatsAppPage } from "@/features/whatsapp/WhatsAppPage";
import { common } from "@/ui/texts";

import { after, draw, enter, network } from "./draw";

const account: WhatsAppStandingView = {
  accountEvent: null,
  accountEventAt: null,
  callbackUrl: "http://127.0.0.1:8080/api/webhooks/whatsapp",
  connectedAt: "2026-11-28T08:00:00Z",
  heldUntil: null,
  noticeTemplate: { name: "dawr_notice", language: "ar" },
  noticeTemplatePaused: null,
  phoneNumberId: "106540352242922",
  stoppedBy: null,
  version: 1,
};

beforeEach(async () => {
  enter();
  await Promise.all([whatsapp.load(), common.load()]);
});
afterEach(() => vi.unstubAllGlobals());

async function heading(of: Partial<WhatsAppStandingView>, stuck = 0): Promise<string> {
  network(({ url }) => {
    if (url.includes("whatsapp")) return { ...account, ...of };
    if (url.includes("simulator")) return new Response("", { status: 404 });
    const task = { id: "tsk_1", taskId: "tsk_1" };
    return { items: /tasks|failed/.test(url) ? Array.from({ length: stuck }, () => task) : [] };
  });
  const drawn = await draw(null);
  const me = { id: "mem_1", role: "primary_admin", clinics: "all", permissions: ["settings:manage", "messages:read", "tasks:read"] };
  drawn.client.setQueryData(meQuery.queryKey, me as unknown as ProfileView);
  const router = createRouter({ routeTree: createRootRoute({ component: WhatsAppPage }), history: createMemoryHistory() });
  await router.load();
  await after(() => drawn.again(createElement(RouterProvider, { router: router as never })));
  for (let n = 0; n < 3; n += 1) await after(() => undefined);
  const said = [...drawn.place.querySelectorAll("h2")].map(({ textContent }) => textContent);
  const found = [ar.connected, ar.attention, ar.stopped, ar.faulty].find((one) => said.includes(one));
  expect(drawn.place.textContent, "a simulator that does not answer is not offered").not.toContain(ar.openSimulator);
  await drawn.gone();
  return found ?? said.join();
}

test("the heading is as well as the worst of the checks", async () => {
  expect(await heading({})).toBe(ar.connected);
  expect(await heading({ heldUntil: "2099-01-01T00:00:00Z" })).toBe(ar.attention);
  expect(await heading({ noticeTemplate: null })).toBe(ar.attention);
  expect(await heading({ stoppedBy: 190 })).toBe(ar.stopped);
  expect(await heading({ noticeTemplatePaused: { since: "2026-11-28T09:00:00Z" } as never })).toBe(ar.faulty);
  expect(await heading({}, 2)).toBe(ar.faulty);
});

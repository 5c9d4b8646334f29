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

test.each<[string, Partial<WhatsAppStandingView>, number, string]>([
  ["all is well", {}, 0, ar.connected],
  ["it waits for a while", { heldUntil: "2099-01-01T00:00:00Z" }, 0, ar.attention],
  ["nothing reaches those who did not write", { noticeTemplate: null }, 0, ar.attention],
  ["WhatsApp stopped the number", { stoppedBy: 190 }, 0, ar.stopped],
  ["Meta paused the notice", { noticeTemplatePaused: { since: "2026-11-28T09:00:00Z" } as never }, 0, ar.faulty],
  ["messages are stuck", {}, 2, ar.faulty],
])("the heading is as well as the worst of the checks: %s", async (_, change, stuck, said) => {
  expect(await heading(change, stuck)).toBe(said);
});

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { vi } from "vitest";

import { queryClient } from "@/app/query";
import type { SessionView } from "@/api/generated";
import { session } from "@/session/session";

/** What is drawn, with a cache of its own. */
export interface Drawn {
  client: QueryClient;
  place: HTMLElement;
  again: (node: ReactNode) => Promise<void>;
  gone: () => Promise<void>;
}

export async function draw(node: ReactNode): Promise<Drawn> {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  const root: Root = createRoot(place);
  const client = new QueryClient({ defaultOptions: queryClient.getDefaultOptions() });
  const again = (next: ReactNode) => act(async () => root.render(createElement(QueryClientProvider, { client }, next)));
  await again(node);
  return { client, place, again, gone: () => act(async () => root.unmount()) };
}

/** Does something, and waits until it is drawn. */
export const after = (work: () => unknown) =>
  act(async () => {
    await work();
    await settled();
  });

/** Types into a field that React keeps. */
export function type(field: HTMLInputElement | null, text: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
  field?.dispatchEvent(new Event("input", { bubbles: true }));
}

export const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

export function enter(tenant = "ten_1"): void {
  session.enter({ accessToken: "good", expiresIn: 900, user: { id: "mem_1" }, tenant: { id: tenant } } as SessionView);
}

export interface Call {
  method: string;
  url: string;
  headers: Headers;
  body: unknown;
}

/** In the network's place: `answer` says what comes back, as the envelope's data unless it is a response of its own. */
export function network(answer: (call: Call) => unknown): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit & { headers: Headers }) => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : init.body;
    const call = { method: init.method ?? "GET", url, headers: init.headers, body };
    calls.push(call);
    const data = await answer(call);
    return data instanceof Response ? data : Response.json({ success: true, data });
  });
  return calls;
}

export const refused = (status: number, code: string) =>
  Response.json({ success: false, errors: [{ code, message: code }], traceId: "-" }, { status });

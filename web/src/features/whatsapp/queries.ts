import { queryOptions } from "@tanstack/react-query";

import { call, callForText } from "@/api/client";
import { Failure } from "@/api/failure";
import { getWhatsapp, listMessages, verifyWebhook, type WhatsAppStandingView } from "@/api/generated";
import { newKey } from "@/api/key";
import { keys } from "@/api/keys";

/** How the number stands; null while none is connected. */
export async function standing(signal?: AbortSignal): Promise<WhatsAppStandingView | null> {
  try {
    return await call(getWhatsapp, signal ? { signal } : {});
  } catch (error) {
    if (error instanceof Failure && error.code === "NotFound") return null;
    throw error;
  }
}

export const whatsappQuery = queryOptions({
  queryKey: keys.whatsapp,
  queryFn: ({ signal }) => standing(signal),
  refetchInterval: 30_000,
});

/** What the last messages tell of the connection. */
export interface Heard {
  /** When the last one was handed to WhatsApp. */
  sentAt: string | null;
  /** When WhatsApp last called back of one: that it arrived, or was read. */
  calledBackAt: string | null;
}

const later = (one: string | null, other: string | null) => (one && (!other || one > other) ? one : other);

export const heardQuery = queryOptions({
  queryKey: keys.heard,
  queryFn: async ({ signal }): Promise<Heard> => {
    const { items } = await call(listMessages, { query: { pageSize: 50 }, signal });
    return items.reduce<Heard>(
      ({ sentAt, calledBackAt }, message) => ({
        sentAt: later(message.sentAt, sentAt),
        calledBackAt: later(later(message.deliveredAt, message.readAt), calledBackAt),
      }),
      { sentAt: null, calledBackAt: null },
    );
  },
});

/** Asks for the callback's address as Meta does, with the verify token: whether it answers with what was said. */
export async function answersMeta(verifyToken: string): Promise<boolean> {
  const challenge = newKey();
  try {
    const query = { "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": challenge } as const;
    return (await callForText(verifyWebhook, { query })).text === challenge;
  } catch (error) {
    if (error instanceof Failure && error.status < 500) return false;
    throw error;
  }
}

import type { Kind, MessageView, SaidView } from "@/api/generated";
import { date } from "@/lib/format";

/** The id of something that was said, whoever said it. */
export const idOf = (said: SaidView): string => said.inboundId ?? said.messageId ?? said.at;

/** Pages come with the newest first; people read the oldest first. */
export function inOrder(pages: { items: SaidView[] }[]): SaidView[] {
  const all = new Map<string, SaidView>();
  for (const { items } of pages) for (const said of items) if (!all.has(idOf(said))) all.set(idOf(said), said);
  return [...all.values()].reverse();
}

/** What the API counts as unread. */
const isNews = ({ direction, kind }: SaidView) => direction === "in" && kind !== "preference" && kind !== "other";

/** A message that is still on its way, as it will stand in the conversation. */
export const onTheWay = ({ id, content, createdAt, status, phoneNumber, channel, ticketId, templateId }: MessageView): SaidView => ({
  at: createdAt,
  channel,
  direction: "out",
  messageId: id,
  phoneNumber,
  providerMessageId: null,
  status,
  templateId,
  text: content,
  ticketId,
});

/** The first thing that nobody has read, as far as it is shown. */
export function firstUnread(said: SaidView[], unread: number): string | undefined {
  if (unread <= 0) return undefined;
  const news = said.filter(isNews);
  const first = news[Math.max(0, news.length - unread)];
  return first && idOf(first);
}

/** The last thing that a patient said. */
export const lastHeard = (said: SaidView[]): string | undefined =>
  said.findLast(({ direction }) => direction === "in")?.inboundId ?? undefined;

interface Day {
  /** An instant of it. */
  at: string;
  said: SaidView[];
}

/** By the clinic's days. */
export function byDay(said: SaidView[]): Day[] {
  const days: Day[] = [];
  for (const one of said) {
    const last = days.at(-1);
    if (last && date(last.at) === date(one.at)) last.said.push(one);
    else days.push({ at: one.at, said: [one] });
  }
  return days;
}

/** Kinds that say something about the person instead of being said. */
export const isNotice = (kind: Kind | null | undefined): boolean => kind === "number_changed" || kind === "preference";

const WINDOW = 24 * 60;

/** Whole minutes for which texts may still be written; none once WhatsApp takes approved templates alone. */
export function minutesLeft(lastInboundAt: string | null, now: number): number {
  if (!lastInboundAt) return 0;
  const gone = (now - new Date(lastInboundAt).getTime()) / 60_000;
  return Math.max(0, Math.ceil(WINDOW - gone));
}

/** Somebody whom no patient's number names: what they wrote, the newest last. */
export interface Stranger {
  phone: string | null;
  said: SaidView[];
}

/** By number, whoever wrote last first. Of whom WhatsApp hides the number each text stands alone. */
export function strangers(pages: { items: SaidView[] }[]): Stranger[] {
  const found = new Map<string, Stranger>();
  for (const said of inOrder(pages).reverse()) {
    const id = said.phoneNumber ?? idOf(said);
    const known = found.get(id);
    if (known) known.said.unshift(said);
    else found.set(id, { phone: said.phoneNumber, said: [said] });
  }
  return [...found.values()];
}

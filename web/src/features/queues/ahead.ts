import { callAhead } from "@/api/client";
import { getQueue, listTickets } from "@/api/generated";

/** How a queue's page asks for its queue and for the first part of its line. */
export const queueInput = (queueId: string) => ({ path: { queueId } });
export const lineInput = (queueId: string) => ({ path: { queueId }, query: { pageSize: 200 } });

/** The same, before the page is there. */
export function askQueueAhead(queueId: string): void {
  callAhead(getQueue, queueInput(queueId));
  callAhead(listTickets, lineInput(queueId));
}

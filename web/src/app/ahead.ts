import { callAhead } from "@/api/client";
import { getMe, getTenant } from "@/api/generated";
import { askQueueAhead } from "@/features/queues/ahead";

/** Asks for what the app waits for before it draws, and for what a page shows first where one is named here. */
export function askAhead(path: string): void {
  callAhead(getMe, {});
  callAhead(getTenant, {});
  const queueId = /^\/queues\/([^/]+)$/.exec(path)?.[1];
  if (queueId) askQueueAhead(decodeURIComponent(queueId));
}

import type { Status } from "@/api/generated";
import { beginning, dateIn } from "@/lib/format";

import type { Asked, LogSearch } from "./queries";

/** In the order in which a message goes through them. */
export const STATUSES: Status[] = ["queued", "sending", "unknown", "sent", "delivered", "read", "failed", "stopped"];

/** Days from today at which each begins and before which it ends. */
export const TIMES = { today: [0, 1], yesterday: [-1, 0], week: [-6, 1] } as const;

export type When = keyof typeof TIMES | "dates";

/** What the address asks of the API. What means nothing is left out. */
export function asked(search: LogSearch): Asked {
  const status = STATUSES.find((one) => one === search.status);
  const when = whenOf(search);
  const days = when === "" || when === "dates" ? undefined : TIMES[when];
  const from = days ? beginning(dateIn(days[0])) : beginning(search.from ?? "");
  const to = days ? beginning(dateIn(days[1])) : after(search.to);
  return {
    ...(search.queue && { queueId: search.queue }),
    ...(status && { status }),
    ...(search.batch && { batchId: search.batch }),
    ...(from && { from }),
    ...(to && { to }),
    ...(search.page && { page: search.page }),
  };
}

/** The end of a date. */
function after(date: string | undefined): string | undefined {
  const start = beginning(date ?? "");
  // Noon of the next day is within it wherever clocks are changed.
  return start && beginning(dateIn(1, Date.parse(start) + 12 * 3_600_000));
}

/** Which time is chosen. */
export function whenOf(search: LogSearch): When | "" {
  if (search.when === "dates" || search.from || search.to) return "dates";
  return search.when !== undefined && Object.hasOwn(TIMES, search.when) ? (search.when as When) : "";
}

/** The address with something else in it, from the first page. */
export function changed(search: LogSearch, change: { [K in keyof LogSearch]: LogSearch[K] | undefined }): LogSearch {
  const { page: _, ...rest } = search;
  return Object.fromEntries(Object.entries({ ...rest, ...change }).filter(([, value]) => value));
}

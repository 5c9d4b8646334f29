import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { listAudit, listStays, type EntryView } from "@/api/generated";
import { keys } from "@/api/keys";
import { beginning } from "@/lib/format";

/** What the address says of which entries are wanted. */
export interface Filter {
  who?: string | undefined;
  what?: string | undefined;
  about?: string | undefined;
  /** Days of the clinic, both of them with all that was done on them. */
  from?: string | undefined;
  to?: string | undefined;
  page?: string | undefined;
}

const DAY = 86_400_000;

/** The day after a date. */
function following(date: string): string {
  return new Date(Date.parse(date) + DAY).toISOString().slice(0, 10);
}

const isDate = (text: string | undefined): text is string => text !== undefined && !Number.isNaN(Date.parse(text));

/** The same as the API asks for it: with instants, where an end is not in it any more. */
export function asked({ who, what, about, from, to, page }: Filter) {
  const since = isDate(from) ? beginning(from) : undefined;
  const until = isDate(to) ? beginning(following(to)) : undefined;
  return {
    ...(who && { actor: who }),
    ...(what && { action: what }),
    ...(about && { entity: about }),
    ...(since && { from: since }),
    ...(until && { to: until }),
    ...(page && { page }),
  };
}

interface Trail {
  entries: EntryView[];
  next: string | undefined;
}

/** Reads of lists stand where their quarter of an hour began, though they happened in it: on a page the time counts. */
const newestFirst = (entries: EntryView[]) => entries.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));

/** So often an empty stretch of the trail is passed over by itself. */
const STRETCHES = 5;

export const trailQuery = (filter: Filter) =>
  queryOptions({
    queryKey: keys.audit(filter),
    queryFn: async ({ signal }): Promise<Trail> => {
      const query = asked(filter);
      let page: string | undefined = query.page;
      for (let stretch = 1; ; stretch += 1) {
        const answer = await call(listAudit, { query: { ...query, ...(page && { page }) }, signal });
        const next: string | undefined = answer.nextPage ?? undefined;
        if (answer.items.length > 0 || !next || stretch === STRETCHES) return { entries: newestFirst(answer.items), next };
        page = next;
      }
    },
    staleTime: 30_000,
  });

export const staysQuery = (page: string | undefined) =>
  queryOptions({
    queryKey: [...keys.stays, page],
    queryFn: ({ signal }) => call(listStays, { query: { ...(page && { page }) }, signal }),
    refetchInterval: 30_000,
  });

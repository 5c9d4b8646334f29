import { useQuery } from "@tanstack/react-query";

import type { Reason } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { FilterChips } from "@/ui/FilterChips";

import type { FailedSearch } from "./FailedList";
import { QueueSelect } from "./LogFilters";
import { failedQuery } from "./queries";
import { messaging } from "./texts";

interface FailedFiltersProps {
  search: FailedSearch;
  onSearch: (search: FailedSearch) => void;
  queueId: string | undefined;
  withQueue: boolean;
}

/** The reasons that there are, with how many there are of each, and the queue. */
export function FailedFilters({ search, onSearch, queueId, withQueue }: FailedFiltersProps) {
  const t = useTexts(messaging);
  const { data } = useQuery(failedQuery(queueId ? { queueId } : {}));
  const { reason, queue } = search;
  const counts = new Map<Reason, number>();
  for (const task of data?.tasks ?? []) counts.set(task.reason, (counts.get(task.reason) ?? 0) + 1);
  // Of more than were counted nothing is said.
  const count = (n: number) => (data?.more ? {} : { count: n });
  const chips = [...counts].map(([id, n]) => ({ id: id as string, label: t.reasons[id], ...count(n) }));
  if (reason && !counts.has(reason as Reason) && Object.hasOwn(t.reasons, reason)) {
    chips.push({ id: reason, label: t.reasons[reason as Reason] });
  }
  return (
    <div className="flex flex-col gap-3 empty:hidden">
      {(counts.size > 1 || reason) && (
        <FilterChips
          label={t.reasonsLabel}
          chips={[{ id: "", label: t.allReasons, ...count(data?.tasks.length ?? 0) }, ...chips]}
          chosen={reason ?? ""}
          onChoose={(chosen) => onSearch({ ...(queue && { queue }), ...(chosen && { reason: chosen }) })}
        />
      )}
      {withQueue && (counts.size > 0 || queue) && (
        <QueueSelect chosen={queue} onChoose={(next) => onSearch({ ...(next && { queue: next }), ...(reason && { reason }) })} />
      )}
    </div>
  );
}

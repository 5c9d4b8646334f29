import { lazy, Suspense, useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { SmilePlus } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import type { Reason } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Pager } from "@/ui/Pager";

import { FailedFilters } from "./FailedFilters";
import { Marked } from "./Marked";
import { failedPageQuery } from "./queries";
import { TaskCard } from "./TaskCard";
import { messaging } from "./texts";
import { useRetry, type Which } from "./useRetry";

const Confirm = lazy(() => import("@/ui/Confirm"));

export interface FailedSearch {
  queue?: string;
  reason?: string;
  page?: string;
}

interface FailedListProps {
  search: FailedSearch;
  onSearch: (search: FailedSearch) => void;
  /** Whose messages they are, where that is settled. */
  queueId?: string;
}

/** Messages that failed: why, what to do, and what is decided on one, some or all of them. */
export function FailedList({ search, onSearch, queueId = search.queue }: FailedListProps) {
  const t = useTexts(messaging);
  const manages = useCan()("tasks:manage");
  const { page, ...filters } = search;
  const reason = search.reason !== undefined && Object.hasOwn(t.reasons, search.reason) ? (search.reason as Reason) : undefined;
  const filter = { ...(queueId && { queueId }), ...(reason && { reason }) };
  const { data, error, refetch } = useQuery({
    ...failedPageQuery({ ...filter, ...(page && { page }) }),
    placeholderData: keepPreviousData,
  });
  const retry = useRetry();
  const [marked, setMarked] = useState<ReadonlySet<string> | "all">(new Set<string>());
  const [asking, setAsking] = useState<Which>();
  if (error && !data) return <Broken part error={error} retry={() => (page ? onSearch(filters) : void refetch())} />;
  const tasks = data?.items ?? [];
  const shown = tasks.map(({ id }) => id);
  // What was decided on elsewhere is not marked any more.
  const chosen = marked === "all" ? shown : shown.filter((id) => marked.has(id));
  const which: Which = marked === "all" ? { filter } : { taskIds: chosen };
  const clear = () => setMarked(new Set());
  const move = (next: FailedSearch) => {
    clear();
    onSearch(next);
  };
  return (
    <>
      <FailedFilters search={search} onSearch={move} queueId={queueId} withQueue={queueId === search.queue} />
      {!data && <Skeleton className="h-40" />}
      {data && tasks.length === 0 && (
        <Empty icon={SmilePlus} title={reason || search.queue ? t.noneMatch : t.noneFailed}>
          {reason || search.queue ? <Button onClick={() => move({})}>{t.clearFilters}</Button> : <p>{t.noneFailedHint}</p>}
        </Empty>
      )}
      {manages && tasks.length > 0 && (
        <Marked
          of={tasks.length}
          chosen={marked === "all" ? "all" : chosen.length}
          more={page !== undefined || Boolean(data?.nextPage)}
          busy={retry.all.isPending}
          onPage={(all) => setMarked(new Set(all ? shown : []))}
          onAll={() => setMarked("all")}
          onRetry={() => retry.all.mutate(which, { onSuccess: clear })}
          onDismiss={() => setAsking(which)}
        />
      )}
      <ul className="flex flex-col gap-3">
        {tasks.map((task) => (
          <li key={task.id}>
            <TaskCard
              task={task}
              retry={retry}
              selected={chosen.includes(task.id)}
              onSelect={
                manages && tasks.length > 1
                  ? (on) => setMarked(new Set(on ? [...chosen, task.id] : chosen.filter((id) => id !== task.id)))
                  : undefined
              }
              onDismiss={() => setAsking({ taskIds: [task.id] })}
            />
          </li>
        ))}
      </ul>
      <Pager page={page} next={data?.nextPage} onPage={(next) => move({ ...filters, ...(next && { page: next }) })} />
      {asking && (
        <Suspense>
          <Confirm
            title={t.dismissTitle("taskIds" in asking ? asking.taskIds.length : 0)}
            action={t.dismiss}
            busy={retry.dismissAll.isPending}
            error={retry.dismissAll.error}
            onConfirm={() =>
              retry.dismissAll.mutate(asking, {
                onSuccess: () => {
                  clear();
                  setAsking(undefined);
                },
              })
            }
            onClose={() => {
              retry.dismissAll.reset();
              setAsking(undefined);
            }}
          >
            <p>{t.dismissHint}</p>
          </Confirm>
        </Suspense>
      )}
    </>
  );
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { RefreshCw, SmilePlus } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import type { Reason, TaskView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { FilterChips } from "@/ui/FilterChips";
import { Page } from "@/ui/Page";

import { failedQuery } from "./queries";
import { TaskCard } from "./TaskCard";
import { messaging } from "./texts";
import { useRetry } from "./useRetry";

const route = getRouteApi("/messages/failed");

/** Messages that did not arrive: why, in plain words, and what can be done. */
export function FailedPage() {
  const t = useTexts(messaging);
  const can = useCan();
  const { queue, reason } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = { ...(queue && { queueId: queue }), ...(reason && { reason: reason as Reason }) };
  const all = useQuery(failedQuery(queue ? { queueId: queue } : {}));
  const some = useQuery({ ...failedQuery(filter), placeholderData: keepPreviousData });
  const retry = useRetry();
  const error = some.data ? undefined : some.error;
  if (error) return <Broken error={error} retry={() => void some.refetch()} />;
  const tasks = some.data?.tasks ?? [];
  return (
    <Page
      title={t.failedTitle}
      intro={t.failedIntro}
      actions={
        can("tasks:manage") &&
        tasks.length > 1 && (
          <Button icon={RefreshCw} busy={retry.all.isPending} onClick={() => retry.all.mutate(filter)}>
            {t.retryAll}
          </Button>
        )
      }
    >
      <Reasons
        tasks={all.data?.tasks ?? []}
        chosen={reason}
        onChoose={(chosen) =>
          void navigate({ search: { ...(queue && { queue }), ...(chosen && { reason: chosen }) }, replace: true })
        }
      />
      {!some.data && <Skeleton className="h-40" />}
      {some.data && tasks.length === 0 && (
        <Empty icon={SmilePlus} title={reason ? t.noneMatch : t.noneFailed}>
          {!reason && <p>{t.noneFailedHint}</p>}
        </Empty>
      )}
      <ul className="flex flex-col gap-3">
        {tasks.map((task) => (
          <li key={task.id}>
            <TaskCard task={task} retry={retry} />
          </li>
        ))}
      </ul>
      {some.data?.more && <p className="text-sm text-muted">{t.moreFailed}</p>}
    </Page>
  );
}

interface ReasonsProps {
  tasks: TaskView[];
  chosen: string | undefined;
  onChoose: (reason: string | undefined) => void;
}

/** The reasons that there are, with how many there are of each. */
function Reasons({ tasks, chosen, onChoose }: ReasonsProps) {
  const t = useTexts(messaging);
  const counts = new Map<Reason, number>();
  for (const { reason } of tasks) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (counts.size < 2 && !chosen) return null;
  const chips = [...counts].map(([id, count]) => ({ id: id as string, label: t.reasons[id], count }));
  return (
    <FilterChips
      label={t.reasonsLabel}
      chips={[{ id: "", label: t.allReasons, count: tasks.length }, ...chips]}
      chosen={chosen ?? ""}
      onChoose={(id) => onChoose(id || undefined)}
    />
  );
}

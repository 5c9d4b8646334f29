import { RefreshCw, Trash2 } from "lucide-react";

import { useCan } from "@/app/me";
import type { TaskView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button, IconButton } from "@/ui/Button";
import { Badge } from "@/ui/Status";
import { Bdi, Phone, When } from "@/ui/Text";

import { messaging } from "./texts";
import type { useRetry } from "./useRetry";

export function TaskCard({ task, retry }: { task: TaskView; retry: ReturnType<typeof useRetry> }) {
  const t = useTexts(messaging);
  const can = useCan();
  const busy = retry.one.isPending && retry.one.variables.id === task.id;
  return (
    <article className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-lg border border-hairline bg-surface p-4">
      <div className="flex min-w-56 flex-1 flex-col gap-1.5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="font-medium">
            <Bdi>{task.fullName}</Bdi>
          </h2>
          <Phone of={task.phoneNumber} className="text-sm text-muted" />
          <Badge tone="bad">{t.reasons[task.reason]}</Badge>
        </div>
        <p className="text-sm">{task.explanation}</p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          <When at={task.createdAt} />
          {task.retryCount > 0 && <span>{t.retriedBefore(task.retryCount)}</span>}
        </p>
      </div>
      {can("tasks:manage") && (
        <div className="ms-auto flex items-center gap-1">
          {task.retryable && (
            <Button icon={RefreshCw} size="sm" busy={busy} aria-label={t.retryOf(task.fullName)} onClick={() => retry.one.mutate(task)}>
              {t.retry}
            </Button>
          )}
          <IconButton icon={Trash2} label={t.dismissOf(task.fullName)} onClick={() => retry.dismiss.mutate(task)} />
        </div>
      )}
    </article>
  );
}

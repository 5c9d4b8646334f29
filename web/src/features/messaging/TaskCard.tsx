import { Link } from "@tanstack/react-router";
import { RefreshCw, Trash2 } from "lucide-react";

import { useCan } from "@/app/me";
import type { TaskView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button, IconButton } from "@/ui/Button";
import { Badge } from "@/ui/Status";
import { Bdi, Phone, When } from "@/ui/Text";

import { Remedy } from "./Remedy";
import { messaging } from "./texts";
import type { useRetry } from "./useRetry";

interface TaskCardProps {
  task: TaskView;
  retry: ReturnType<typeof useRetry>;
  selected: boolean;
  /** Without it nothing can be decided here. */
  onSelect: ((selected: boolean) => void) | undefined;
  onDismiss: () => void;
}

export function TaskCard({ task, retry, selected, onSelect, onDismiss }: TaskCardProps) {
  const t = useTexts(messaging);
  const can = useCan();
  const busy = retry.one.isPending && retry.one.variables.id === task.id;
  return (
    <article className="flex items-start gap-3 rounded-lg border border-hairline bg-surface p-4 has-[:checked]:border-brand">
      {onSelect && (
        <label className="-m-2 flex size-11 shrink-0 items-center justify-center">
          <input
            type="checkbox"
            aria-label={t.selectOf(task.fullName)}
            checked={selected}
            onChange={(event) => onSelect(event.target.checked)}
            className="size-5 accent-brand"
          />
        </label>
      )}
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-4 gap-y-3">
        <div className="flex min-w-56 flex-1 flex-col gap-1.5">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 className="font-medium">
              <Bdi>{task.fullName}</Bdi>
            </h2>
            <Phone of={task.phoneNumber} className="text-sm text-muted" />
            <Badge tone="bad">{t.reasons[task.reason]}</Badge>
          </div>
          <p className="text-sm">{task.retryable ? task.explanation : t.onlyDismiss}</p>
          <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
            <When at={task.createdAt} />
            {task.retryCount > 0 && <span>{t.retriedBefore(task.retryCount)}</span>}
            {can("messages:read") && (
              <Link to="/messages" search={{ status: "failed", message: task.messageId }} className="text-brand underline">
                {t.openMessage}
              </Link>
            )}
          </p>
        </div>
        <div className="ms-auto flex flex-wrap items-center gap-2">
          <Remedy reason={task.reason} patientId={task.patientId} messageId={task.messageId} />
          {can("tasks:manage") && (
            <>
              {task.retryable && (
                <Button icon={RefreshCw} size="sm" busy={busy} aria-label={t.retryOf(task.fullName)} onClick={() => retry.one.mutate(task)}>
                  {t.retry}
                </Button>
              )}
              <IconButton icon={Trash2} label={t.dismissOf(task.fullName)} onClick={onDismiss} />
            </>
          )}
        </div>
      </div>
    </article>
  );
}

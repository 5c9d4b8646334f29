import { useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { dismissTask, retryTask, retryTasks, type TaskFilter, type TaskView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useProblem } from "@/app/problem";
import { useTexts } from "@/i18n/texts";
import { toast } from "@/ui/Toast";

import { messaging } from "./texts";

/** What can be decided on failed messages. */
export function useRetry() {
  const t = useTexts(messaging);
  const client = useQueryClient();
  const { onError } = useProblem();
  const onSettled = () => client.invalidateQueries({ queryKey: keys.anyFailed });
  return {
    one: useMutation({
      mutationFn: (task: TaskView) => call(retryTask, { path: { taskId: task.id } }),
      onSuccess: () => toast({ text: t.retried(1) }),
      onError,
      onSettled,
    }),
    all: useMutation({
      mutationFn: async (filter: TaskFilter) => {
        let [retried, stays] = [0, new Set<string>()];
        for (;;) {
          const answer = await call(retryTasks, { body: { filter } });
          retried += answer.retried;
          stays = new Set(answer.failed.map(({ message }) => message));
          // What stays would be met again.
          if (!answer.more || answer.retried === 0) return { retried, stays: [...stays] };
        }
      },
      onSuccess: ({ retried, stays }) => {
        toast({ text: t.retried(retried) });
        if (stays.length > 0) toast({ text: t.notRetried(stays.join(" ")), kind: "problem" });
      },
      onError,
      onSettled,
    }),
    dismiss: useMutation({
      mutationFn: (task: TaskView) => call(dismissTask, { path: { taskId: task.id } }),
      onSuccess: (_, task) => toast({ text: t.dismissed(task.fullName) }),
      onError,
      onSettled,
    }),
  };
}

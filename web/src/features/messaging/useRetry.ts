import { useMutation, useQueryClient } from "@tanstack/react-query";

import { all, call } from "@/api/client";
import { Failure } from "@/api/failure";
import { dismissTask, listFailedTasks, retryTask, retryTasks, type Reason, type TaskView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useProblem } from "@/app/problem";
import { useTexts } from "@/i18n/texts";
import { toast } from "@/ui/Toast";

import { messaging } from "./texts";

/** Which failed messages: these, or all that pass a filter. */
export type Which = { taskIds: string[] } | { filter: { queueId?: string; reason?: Reason } };

type Named = Pick<TaskView, "id" | "fullName">;

/** So many the API takes at once. */
const AT_ONCE = 500;

/** What can be decided on failed messages. */
export function useRetry() {
  const t = useTexts(messaging);
  const client = useQueryClient();
  const { onError } = useProblem();
  const onSettled = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.anyFailed }),
      client.invalidateQueries({ queryKey: keys.messages }),
    ]);
  return {
    one: useMutation({
      mutationFn: (task: Named) => call(retryTask, { path: { taskId: task.id } }),
      onSuccess: () => toast({ text: t.retried(1) }),
      onError,
      onSettled,
    }),
    all: useMutation({
      mutationFn: retryAll,
      onSuccess: ({ retried, stays }) => {
        toast({ text: t.retried(retried) });
        if (stays.length > 0) toast({ text: t.notRetried(stays.join(" ")), kind: "problem" });
      },
      onError,
      onSettled,
    }),
    dismissAll: useMutation({
      mutationFn: dismissAll,
      onSuccess: (n) => toast({ text: t.dismissedMany(n) }),
      onSettled,
    }),
  };
}

/** Has each sent again once: those that have failed by now, and not what fails again meanwhile. */
export async function retryAll(which: Which): Promise<{ retried: number; stays: string[] }> {
  const stays = new Set<string>();
  let retried = 0;
  const ids = await idsOf(which);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const answer = await call(retryTasks, { body: { taskIds: ids.slice(at, at + AT_ONCE) } });
    retried += answer.retried;
    for (const { message } of answer.failed) stays.add(message);
  }
  return { retried, stays: [...stays] };
}

/** Those that are meant, as they stand now. */
async function idsOf(which: Which): Promise<string[]> {
  if ("taskIds" in which) return which.taskIds;
  const tasks = await all(listFailedTasks, { query: which.filter });
  return [...new Set(tasks.map(({ id }) => id))];
}

/** Dismisses each, and says how many. What somebody else has decided on meanwhile is gone all the same. */
async function dismissAll(which: Which): Promise<number> {
  let gone = 0;
  const ids = await idsOf(which);
  for (let at = 0; at < ids.length; at += 6) {
    const done = await Promise.all(ids.slice(at, at + 6).map(dismissOne));
    gone += done.filter(Boolean).length;
  }
  return gone;
}

async function dismissOne(taskId: string): Promise<boolean> {
  try {
    await call(dismissTask, { path: { taskId } });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "NotFound") return false;
    throw error;
  }
}

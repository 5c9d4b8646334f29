import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { useProblem } from "@/app/problem";
import { all, call, pages } from "@/api/client";
import {
  getBatch,
  getMessage,
  getTemplate,
  listFailedTasks,
  listMessages,
  listTemplates,
  previewSend,
  stopBatch,
  type ListMessagesSignature,
  type MessageView,
  type Reason,
  type TaskView,
} from "@/api/generated";
import { keys } from "@/api/keys";

export const templatesQuery = queryOptions({
  queryKey: keys.templates,
  queryFn: ({ signal }) => all(listTemplates, { signal }),
});

export const templateQuery = (templateId: string) =>
  queryOptions({
    queryKey: keys.template(templateId),
    queryFn: ({ signal }) => call(getTemplate, { path: { templateId }, signal }),
  });

/** Everybody who waits in a queue, or these patients. */
export type Recipients = { queueId: string } | { patientIds: string[] };

export const previewQuery = (templateId: string, to: Recipients) =>
  queryOptions({
    queryKey: keys.preview(templateId, to),
    queryFn: ({ signal }) => call(previewSend, { body: { templateId, ...to }, signal }),
    // The line moves on: what is shown is what would go now.
    staleTime: 0,
    gcTime: 0,
  });

/** How often a send is asked for while it goes out, and after. */
const SOON = 1_200;
const LATER = 4_000;

export const batchQuery = (batchId: string) =>
  queryOptions({
    queryKey: keys.batch(batchId),
    queryFn: ({ signal }) => call(getBatch, { path: { batchId }, signal }),
    refetchInterval: ({ state }) => (state.data?.done ? LATER : SOON),
  });

/** The messages of a send; when it is done only their ticks still change. */
export const batchMessagesQuery = (batchId: string, done: boolean) =>
  queryOptions({
    queryKey: keys.batchMessages(batchId),
    queryFn: async ({ signal }): Promise<MessageView[]> => {
      const answer = await call(listMessages, { query: { batchId, pageSize: 200 }, signal });
      return answer.items;
    },
    refetchInterval: done ? LATER : SOON,
  });

interface Page<T> {
  items: T[];
  nextPage?: string | null;
}

/** So many answers are put together for one page. */
const ROUNDS = 6;

/** A page as somebody looks at it: the API's own may be short, or empty with more behind it. */
export async function filled<T>(size: number, page: string | undefined, ask: (page: string | undefined) => Promise<Page<T>>): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | null | undefined = page;
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await ask(next ?? undefined);
    items.push(...answer.items);
    next = answer.nextPage;
    if (!next || items.length >= size / 2) break;
  }
  return { items, ...(next && { nextPage: next }) };
}

/** What an address says of the log. */
export interface LogSearch {
  queue?: string;
  status?: string;
  batch?: string;
  /** A time in a word; else the dates count. */
  when?: string;
  from?: string;
  to?: string;
  page?: string;
  /** The message that is open. */
  message?: string;
}

export const LOG_SEARCH = ["queue", "status", "batch", "when", "from", "to", "page", "message"] as const;

const LOG_PAGE = 50;

export type Asked = ListMessagesSignature["query"];

export const messagePageQuery = (asked: Asked) =>
  queryOptions({
    queryKey: keys.messagePage(asked),
    queryFn: ({ signal }) =>
      filled<MessageView>(LOG_PAGE, asked.page, (page) =>
        call(listMessages, { query: { ...asked, pageSize: LOG_PAGE, ...(page && { page }) }, signal }),
      ),
    // Ticks come by themselves on the newest page; older ones hardly change.
    refetchInterval: asked.page ? 60_000 : 6_000,
  });

export const messageQuery = (messageId: string) =>
  queryOptions({
    queryKey: keys.message(messageId),
    queryFn: ({ signal }) => call(getMessage, { path: { messageId }, signal }),
    refetchInterval: ({ state }) => (state.data?.status === "failed" || state.data?.readAt ? 30_000 : 3_000),
  });

/** Whether this clinic has ever sent a message. */
export const sentAnyQuery = queryOptions({
  queryKey: keys.sentAny,
  queryFn: async ({ signal }) => (await call(listMessages, { query: { pageSize: 1 }, signal })).items.length > 0,
});

interface Failed {
  tasks: TaskView[];
  /** Whether there are more than these. */
  more: boolean;
}

/** So many are shown at once; what is done for all of them is done for all. */
const SHOWN = 200;

export const failedQuery = (filter: { queueId?: string; reason?: Reason }) =>
  queryOptions({
    queryKey: keys.failed(filter),
    queryFn: async ({ signal }): Promise<Failed> => {
      const tasks: TaskView[] = [];
      for await (const { items, nextPage } of pages(listFailedTasks, { query: { ...filter, pageSize: SHOWN }, signal })) {
        tasks.push(...items);
        if (nextPage && tasks.length >= SHOWN) return { tasks, more: true };
      }
      return { tasks, more: false };
    },
    refetchInterval: 10_000,
  });

interface FailedAsked {
  queueId?: string;
  reason?: Reason;
  page?: string;
}

const FAILED_PAGE = 50;

export const failedPageQuery = (asked: FailedAsked) =>
  queryOptions({
    queryKey: keys.failedPage(asked),
    queryFn: ({ signal }) =>
      filled<TaskView>(FAILED_PAGE, asked.page, (page) =>
        call(listFailedTasks, { query: { ...asked, pageSize: FAILED_PAGE, ...(page && { page }) }, signal }),
      ),
    refetchInterval: 10_000,
  });

export const failedCountQuery = queryOptions({ ...failedQuery({}), select: (failed: Failed) => failed.tasks.length });

/** Stops what of a send has not begun; what is on its way goes on. */
export function useStop(batchId: string) {
  const client = useQueryClient();
  const { onError } = useProblem();
  return useMutation({
    mutationFn: () => call(stopBatch, { path: { batchId } }),
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: keys.batch(batchId) }),
  });
}

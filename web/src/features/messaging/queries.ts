import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import {
  getBatch,
  listFailedTasks,
  listMessages,
  listTemplates,
  previewSend,
  type MessageView,
  type Reason,
  type TaskView,
  type TemplateView,
} from "@/api/generated";
import { keys } from "@/api/keys";

export const templatesQuery = queryOptions({
  queryKey: keys.templates,
  queryFn: async ({ signal }) => {
    const templates: TemplateView[] = [];
    for (let page: string | undefined; ; ) {
      const answer = await call(listTemplates, { query: { pageSize: 200, ...(page && { page }) }, signal });
      templates.push(...answer.items);
      if (!answer.nextPage) return templates;
      page = answer.nextPage;
    }
  },
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

export const batchQuery = (batchId: string) =>
  queryOptions({
    queryKey: keys.batch(batchId),
    queryFn: ({ signal }) => call(getBatch, { path: { batchId }, signal }),
    refetchInterval: ({ state }) => (state.data?.done ? 4_000 : 1_200),
  });

export const batchMessagesQuery = (batchId: string) =>
  queryOptions({
    queryKey: keys.batchMessages(batchId),
    queryFn: async ({ signal }): Promise<MessageView[]> => {
      const answer = await call(listMessages, { query: { batchId, pageSize: 200 }, signal });
      return answer.items;
    },
    refetchInterval: 2_000,
  });

/** Whether this clinic has ever sent a message. */
export const sentAnyQuery = queryOptions({
  queryKey: keys.sentAny,
  queryFn: async ({ signal }) => (await call(listMessages, { query: { pageSize: 1 }, signal })).items.length > 0,
});

export interface Failed {
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
      for (let page: string | undefined; ; ) {
        const query = { ...filter, pageSize: SHOWN, ...(page && { page }) };
        const answer = await call(listFailedTasks, { query, signal });
        tasks.push(...answer.items);
        page = answer.nextPage ?? undefined;
        if (!page || tasks.length >= SHOWN) return { tasks, more: page !== undefined };
      }
    },
    refetchInterval: 10_000,
  });

export const failedCountQuery = queryOptions({ ...failedQuery({}), select: (failed: Failed) => failed.tasks.length });

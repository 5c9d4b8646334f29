import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { listSessions, listSignIns, type OpenSessionView } from "@/api/generated";
import { keys } from "@/api/keys";

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: async ({ signal }) => {
    const sessions: OpenSessionView[] = [];
    for (let page: string | undefined; ; ) {
      const answer = await call(listSessions, { query: { pageSize: 200, ...(page && { page }) }, signal });
      sessions.push(...answer.items);
      if (!answer.nextPage) return sessions;
      page = answer.nextPage;
    }
  },
});

export const signInsQuery = (page: string | undefined) =>
  queryOptions({
    queryKey: keys.signIns(page ?? ""),
    queryFn: ({ signal }) => call(listSignIns, { query: { pageSize: 20, ...(page && { page }) }, signal }),
  });

import { queryOptions } from "@tanstack/react-query";

import { all, call } from "@/api/client";
import { listSessions, listSignIns } from "@/api/generated";
import { keys } from "@/api/keys";

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: ({ signal }) => all(listSessions, { signal }),
});

export const signInsQuery = (page: string | undefined) =>
  queryOptions({
    queryKey: keys.signIns(page ?? ""),
    queryFn: ({ signal }) => call(listSignIns, { query: { pageSize: 20, ...(page && { page }) }, signal }),
  });

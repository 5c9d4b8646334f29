import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { listQuotas, listUsers, type MemberView, type QuotaView } from "@/api/generated";
import { keys } from "@/api/keys";

export const quotasQuery = queryOptions({
  queryKey: keys.quotas,
  queryFn: async ({ signal }) => {
    const quotas: QuotaView[] = [];
    for (let page: string | undefined; ; ) {
      const answer = await call(listQuotas, { query: { pageSize: 200, ...(page && { page }) }, signal });
      quotas.push(...answer.items);
      if (!answer.nextPage) return quotas;
      page = answer.nextPage;
    }
  },
  refetchInterval: 30_000,
});

/** Who the members are, for whoever may know: the quotas themselves name ids alone. */
export const holdersQuery = queryOptions({
  queryKey: keys.quotaHolders,
  queryFn: async ({ signal }) => {
    const holders = new Map<string, Pick<MemberView, "fullName" | "role">>();
    for (let page: string | undefined; ; ) {
      const answer = await call(listUsers, { query: { pageSize: 200, ...(page && { page }) }, signal });
      for (const { id, fullName, role } of answer.items) holders.set(id, { fullName, role });
      if (!answer.nextPage) return holders;
      page = answer.nextPage;
    }
  },
  staleTime: 60_000,
});

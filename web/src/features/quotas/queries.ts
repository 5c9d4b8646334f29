import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { listQuotas, type QuotaView } from "@/api/generated";
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

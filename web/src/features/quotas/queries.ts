import { queryOptions } from "@tanstack/react-query";

import { all } from "@/api/client";
import { listQuotas } from "@/api/generated";
import { keys } from "@/api/keys";

export const quotasQuery = queryOptions({
  queryKey: keys.quotas,
  queryFn: ({ signal }) => all(listQuotas, { signal }),
  refetchInterval: 30_000,
});

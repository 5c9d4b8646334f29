import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { getTenant } from "@/api/generated";
import { keys } from "@/api/keys";

/** The organisation with its settings, and with the colour that everybody of it sees. */
export const tenantQuery = queryOptions({
  queryKey: keys.tenant,
  queryFn: ({ signal }) => call(getTenant, { signal }),
  staleTime: 60_000,
});

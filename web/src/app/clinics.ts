import { queryOptions } from "@tanstack/react-query";

import { all } from "@/api/client";
import { listClinics } from "@/api/generated";
import { keys } from "@/api/keys";

/** The clinics that the caller covers. */
export const clinicsQuery = queryOptions({
  queryKey: keys.clinics,
  queryFn: ({ signal }) => all(listClinics, { signal }),
  staleTime: 60_000,
});

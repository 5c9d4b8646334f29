import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { listClinics, type ClinicView } from "@/api/generated";
import { keys } from "@/api/keys";

/** The clinics that the caller covers. */
export const clinicsQuery = queryOptions({
  queryKey: keys.clinics,
  queryFn: async ({ signal }) => {
    const clinics: ClinicView[] = [];
    for (let page: string | undefined; ; ) {
      const answer = await call(listClinics, { query: { pageSize: 200, ...(page && { page }) }, signal });
      clinics.push(...answer.items);
      if (!answer.nextPage) return clinics;
      page = answer.nextPage;
    }
  },
  staleTime: 60_000,
});

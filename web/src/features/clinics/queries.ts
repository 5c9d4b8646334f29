import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { getClinic, listRoles } from "@/api/generated";
import { keys } from "@/api/keys";

export const clinicQuery = (clinicId: string) =>
  queryOptions({
    queryKey: keys.clinic(clinicId),
    queryFn: ({ signal }) => call(getClinic, { path: { clinicId }, signal }),
    // What is typed is held against what was read: it is read anew when the page is opened.
    staleTime: 0,
  });

/** What the roles are called. */
export const roleNamesQuery = queryOptions({
  queryKey: keys.roleNames,
  queryFn: async ({ signal }) => (await call(listRoles, { signal })).items.map(({ id, title }) => ({ id, title })),
  staleTime: 60_000,
});

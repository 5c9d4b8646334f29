import { queryOptions, useQuery } from "@tanstack/react-query";

import { call } from "@/api/client";
import { getMe, type Permission, type ProfileView } from "@/api/generated";
import { keys } from "@/api/keys";

import { administers } from "./roles";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => call(getMe, { signal }),
  staleTime: 60_000,
});

/** Who is signed in; the app waits for it before it draws. */
export function useMe(): ProfileView {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("the profile was not loaded");
  return data;
}

/** Whether they may do something: what they may not do is not shown, and the API refuses it all the same. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}

/** Whether they administer the organisation, and not a branch of it. */
export function useAdministersAll(): boolean {
  const { role, clinics } = useMe();
  return clinics === "all" && administers(role);
}

import { queryOptions, useQuery } from "@tanstack/react-query";

import { call } from "@/api/client";
import { listMemberships, type ClinicView, type MembershipView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useChosenClinic } from "@/session/clinic";

import { clinicsQuery } from "./clinics";
import { useCan, useMe } from "./me";

const membershipsQuery = queryOptions({
  queryKey: keys.memberships,
  queryFn: async ({ signal }) => (await call(listMemberships, { signal })).items,
  staleTime: 300_000,
});

interface Where {
  /** The organisations in which they work; the one of this session is marked. */
  tenants: MembershipView[];
  /** The clinics that they cover in this one. */
  clinics: ClinicView[];
  /** The one whose queues are shown, unless all are. */
  clinic: ClinicView | undefined;
  /** The one that was chosen, where the list that is at hand lacks it: it may be closed, not theirs any more, or newer than the list. */
  missing: string | undefined;
  /** Whether there is anything to choose. */
  several: boolean;
}

/** Where somebody works, and where else they could. */
export function useWhere(): Where {
  const me = useMe();
  const can = useCan();
  // An operator who helps is there for that alone.
  const { data: tenants = [] } = useQuery({ ...membershipsQuery, enabled: !me.elevation });
  const { data } = useQuery({ ...clinicsQuery, enabled: can("clinics:read") });
  const clinics = data ?? [];
  const elsewhere = tenants.some(({ current, clinicRoles }) => current && clinicRoles.length > 0);
  const chosen = useChosenClinic();
  const clinic = clinics.find(({ id }) => id === chosen);
  const missing = data && !clinic ? chosen : undefined;
  return { tenants, clinics, clinic, missing, several: tenants.length > 1 || clinics.length > 1 || elsewhere };
}

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
  /** Whether the one that was chosen is closed by now, or not theirs any more. */
  gone: boolean;
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
  const gone = data !== undefined && chosen !== undefined && !clinic;
  return { tenants, clinics, clinic, gone, several: tenants.length > 1 || clinics.length > 1 || elsewhere };
}

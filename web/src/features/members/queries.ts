import { queryOptions, useQuery } from "@tanstack/react-query";

import { clinicsQuery } from "@/app/clinics";
import { useCan } from "@/app/me";
import { call, pages } from "@/api/client";
import {
  getUser,
  listInvitations,
  listPermissions,
  listQuotas,
  listRoles,
  listUsers,
  type ClinicView,
  type InvitationView,
  type MemberView,
  type QuotaView,
  type RoleView,
} from "@/api/generated";
import { keys } from "@/api/keys";

/** So many are loaded; beyond that a role narrows them down. */
const MOST = 1_000;

export interface Found<T> {
  items: T[];
  /** Whether there are more than these. */
  more: boolean;
}

/** What is on the pages of a list, as far as `MOST`. */
async function most<T>(list: AsyncIterable<{ items: T[]; nextPage?: string | null }>): Promise<Found<T>> {
  const found: T[] = [];
  for await (const { items, nextPage } of list) {
    found.push(...items);
    if (nextPage && found.length >= MOST) return { items: found, more: true };
  }
  return { items: found, more: false };
}

interface MemberFilter {
  role?: string;
  active?: boolean;
}

export const membersQuery = (filter: MemberFilter) =>
  queryOptions({
    queryKey: keys.membersBy(filter),
    queryFn: ({ signal }): Promise<Found<MemberView>> => most(pages(listUsers, { query: { ...filter, pageSize: 200 }, signal })),
  });

export const memberQuery = (userId: string) =>
  queryOptions({
    queryKey: keys.member(userId),
    queryFn: ({ signal }) => call(getUser, { path: { userId }, signal }),
  });

export const invitationsQuery = queryOptions({
  queryKey: keys.invitations,
  queryFn: ({ signal }): Promise<Found<InvitationView>> => most(pages(listInvitations, { query: { pageSize: 200 }, signal })),
});

export const rolesQuery = queryOptions({
  queryKey: keys.roles,
  queryFn: async ({ signal }) => (await call(listRoles, { signal })).items,
  staleTime: 30_000,
});

export const permissionsQuery = queryOptions({
  queryKey: keys.permissions,
  queryFn: async ({ signal }) => (await call(listPermissions, { signal })).items,
  staleTime: 300_000,
});

/** What one member may still send; the API tells it of all of them. */
export const quotaQuery = (userId: string) =>
  queryOptions({
    queryKey: keys.memberQuota(userId),
    queryFn: async ({ signal }): Promise<QuotaView | null> => {
      for await (const { items } of pages(listQuotas, { query: { pageSize: 200 }, signal })) {
        const found = items.find((quota) => quota.userId === userId);
        if (found) return found;
      }
      return null;
    },
  });

const NO_CLINICS: ClinicView[] = [];

/** The clinics that the caller covers; none for whoever may not see them. */
export function useClinics(): ClinicView[] {
  const can = useCan();
  return useQuery({ ...clinicsQuery, enabled: can("clinics:read") }).data ?? NO_CLINICS;
}

const NONE: RoleView[] = [];

export function useRoles(): RoleView[] {
  return useQuery(rolesQuery).data ?? NONE;
}

import { queryOptions, useQuery } from "@tanstack/react-query";

import { clinicsQuery } from "@/app/clinics";
import { useCan } from "@/app/me";
import { call } from "@/api/client";
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

/** All pages of a list, as far as `MOST`. */
async function all<T>(next: (page: { pageSize: number; page?: string }) => Promise<{ items: T[]; nextPage?: string | null }>): Promise<Found<T>> {
  const items: T[] = [];
  for (let page: string | undefined; ; ) {
    const answer = await next({ pageSize: 200, ...(page && { page }) });
    items.push(...answer.items);
    page = answer.nextPage ?? undefined;
    if (!page || items.length >= MOST) return { items, more: page !== undefined };
  }
}

interface MemberFilter {
  role?: string;
  active?: boolean;
}

export const membersQuery = (filter: MemberFilter) =>
  queryOptions({
    queryKey: keys.membersBy(filter),
    queryFn: ({ signal }): Promise<Found<MemberView>> => all((page) => call(listUsers, { query: { ...filter, ...page }, signal })),
  });

export const memberQuery = (userId: string) =>
  queryOptions({
    queryKey: keys.member(userId),
    queryFn: ({ signal }) => call(getUser, { path: { userId }, signal }),
  });

export const invitationsQuery = queryOptions({
  queryKey: keys.invitations,
  queryFn: ({ signal }): Promise<Found<InvitationView>> => all((page) => call(listInvitations, { query: page, signal })),
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
      for (let page: string | undefined; ; ) {
        const answer = await call(listQuotas, { query: { pageSize: 200, ...(page && { page }) }, signal });
        const found = answer.items.find((quota) => quota.userId === userId);
        if (found || !answer.nextPage) return found ?? null;
        page = answer.nextPage;
      }
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

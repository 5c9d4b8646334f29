import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";

import { useCan } from "@/app/me";
import { peopleByIdQuery } from "@/app/people";
import { call } from "@/api/client";
import {
  getConsent,
  getConversation,
  getPatient,
  listPatientMessages,
  listPatientTickets,
  listUnknown,
  searchPatients,
  type Status,
  type TicketView,
} from "@/api/generated";
import { keys } from "@/api/keys";
import { lineQuery, OPEN, queuesQuery } from "@/features/queues/queries";

/** So many are found at once. */
const PAGE = 25;

export const foundQuery = (search: string, page?: string) =>
  queryOptions({
    queryKey: keys.patients(search, page ?? "first"),
    queryFn: ({ signal }) =>
      call(searchPatients, { query: { pageSize: PAGE, ...(search && { search }), ...(page && { page }) }, signal }),
    placeholderData: keepPreviousData,
  });

export const patientQuery = (patientId: string) =>
  queryOptions({
    queryKey: keys.patient(patientId),
    queryFn: ({ signal }) => call(getPatient, { path: { patientId }, signal }),
  });

export const consentQuery = (patientId: string) =>
  queryOptions({
    queryKey: keys.consent(patientId),
    queryFn: ({ signal }) => call(getConsent, { path: { patientId }, signal }),
  });

/** Everybody who has this number. */
export const sharingQuery = (phone: string) =>
  queryOptions({
    queryKey: keys.patients(phone, "sharing"),
    queryFn: async ({ signal }) => (await call(searchPatients, { query: { search: phone, pageSize: 50 }, signal })).items,
    staleTime: 30_000,
  });

/** An open conversation is asked for this often; one of which much is shown less often. */
const EVERY = 4_000;
const LONG = 15_000;

export const conversationQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: keys.conversation(patientId),
    queryFn: ({ pageParam, signal }) =>
      call(getConversation, { path: { patientId }, query: { pageSize: 50, ...(pageParam && { page: pageParam }) }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextPage,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? LONG : EVERY),
  });

/** What is still on its way to them, asked for often while there is anything; the rest stands in the conversation. */
export const onTheWayQuery = (patientId: string) =>
  queryOptions({
    queryKey: keys.onTheWay(patientId),
    queryFn: async ({ signal }) => {
      const { items } = await call(listPatientMessages, { path: { patientId }, query: { pageSize: 20 }, signal });
      return items.filter(({ status }) => ON_THE_WAY.includes(status));
    },
    refetchInterval: ({ state }) => (state.data?.length ? EVERY : LONG),
  });

const ON_THE_WAY: Status[] = ["queued", "sending", "unknown"];

export const ticketsQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: keys.patientTickets(patientId),
    queryFn: ({ pageParam, signal }) =>
      call(listPatientTickets, { path: { patientId }, query: { pageSize: 25, ...(pageParam && { page: pageParam }) }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextPage,
    refetchInterval: LONG,
  });

export const unknownQuery = infiniteQueryOptions({
  queryKey: keys.unknown,
  queryFn: ({ pageParam, signal }) => call(listUnknown, { query: { pageSize: 50, ...(pageParam && { page: pageParam }) }, signal }),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextPage,
  refetchInterval: LONG,
});

/** How much of what they wrote nobody has read, for those who may read it. */
export function useUnread(patientId: string): number {
  const can = useCan();
  const { data } = useInfiniteQuery({
    ...conversationQuery(patientId),
    enabled: can("messages:read"),
    refetchInterval: LONG,
  });
  return data?.pages[0]?.unread ?? 0;
}

/** What a member is called, for those who may see the team. */
export function useMemberName(id: string | null | undefined): string | undefined {
  const can = useCan();
  const { data } = useQuery({ ...peopleByIdQuery, enabled: Boolean(id) && can("members:read") });
  return id ? data?.get(id)?.fullName : undefined;
}

/** A place in a line, and whose line it is. */
export interface InLine extends Pick<TicketView, "id" | "queueId" | "ticketNumber" | "status"> {
  doctorName: string;
}

/** Where patients are in line now, by patient. */
export function useInLine(): Map<string, InLine[]> {
  const can = useCan();
  const { data = [] } = useQuery({ ...queuesQuery, enabled: can("queues:read") });
  const open = data.filter(({ counts }) => counts.waiting + counts.called + counts.inService > 0);
  const lines = useQueries({ queries: open.map((queue) => ({ ...lineQuery(queue.id), refetchInterval: LONG })) });
  const found = new Map<string, InLine[]>();
  for (const [index, queue] of open.entries()) {
    const line = lines[index]?.data;
    for (const ticket of line ? [...line.serving, ...line.waiting] : []) {
      found.set(ticket.patientId, [...(found.get(ticket.patientId) ?? []), { ...ticket, doctorName: queue.doctorName }]);
    }
  }
  return found;
}

/** Where one patient is in line now. */
export function useOwnPlaces(patientId: string): InLine[] {
  const can = useCan();
  const { data } = useInfiniteQuery({ ...ticketsQuery(patientId), enabled: can("queues:read") });
  const newest = data?.pages[0]?.items ?? [];
  return newest.filter((ticket) => OPEN.includes(ticket.status) && !ticket.queueDeleted);
}

/** Asks anew for what shows a patient's record. */
export function useRefreshPatient(patientId: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.patient(patientId) }),
      client.invalidateQueries({ queryKey: keys.anyPatients }),
      client.invalidateQueries({ queryKey: keys.queues }),
    ]);
  };
}

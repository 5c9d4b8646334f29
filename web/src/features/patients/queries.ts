import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useQueries, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";

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
  type PatientTicketViewList,
  type Status,
  type TicketView,
} from "@/api/generated";
import { keys } from "@/api/keys";
import { lineQuery, OPEN } from "@/features/queues/queries";

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

/**
 * How much of what they wrote nobody has read, as far as it is known: nothing is asked for it. Whoever asks for a conversation
 * has seen it, and the audit trail says so; that is for whoever opens it.
 */
export function useUnread(patientId: string): number {
  const { data } = useInfiniteQuery({ ...conversationQuery(patientId), enabled: false });
  const places = useOwnPlaces(patientId);
  const lines = useQueries({ queries: places.map(({ queueId }) => ({ ...lineQuery(queueId), enabled: false })) });
  const tickets = lines.flatMap(({ data: line }) => (line ? [...line.serving, ...line.waiting] : []));
  return data?.pages[0]?.unread ?? tickets.find((ticket) => ticket.patientId === patientId)?.unreadMessages ?? 0;
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

const openOf = (tickets: InfiniteData<PatientTicketViewList> | undefined): InLine[] =>
  (tickets?.pages[0]?.items ?? []).filter((ticket) => OPEN.includes(ticket.status) && !ticket.queueDeleted);

/** Where one patient is in line now. */
export function useOwnPlaces(patientId: string): InLine[] {
  const can = useCan();
  const { data } = useInfiniteQuery({ ...ticketsQuery(patientId), enabled: can("queues:read") });
  return openOf(data);
}

/** Where somebody who was found is in line, asked once they are in sight and not again and again; nothing as long as that is not known. */
export function usePlaces(patientId: string, inSight: boolean): InLine[] | undefined {
  const can = useCan();
  const asks = can("queues:read");
  const { data, isError } = useInfiniteQuery({ ...ticketsQuery(patientId), enabled: asks && inSight, refetchInterval: false, staleTime: 30_000 });
  return data || isError || !asks ? openOf(data) : undefined;
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

import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useQueries, useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";

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
import { lineQuery, OPEN, queueQuery, queuesQuery, type Line } from "@/features/queues/queries";

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
  const { data: said, dataUpdatedAt } = useInfiniteQuery({ ...conversationQuery(patientId), enabled: false });
  const places = useOwnPlaces(patientId);
  const lines = useQueries({ queries: places.map(({ queueId }) => ({ ...lineQuery(queueId), enabled: false })) });
  const counts = lines.flatMap(({ data: line, dataUpdatedAt: at }) =>
    openIn(line, patientId).map(({ unreadMessages: unread }) => ({ at, unread })),
  );
  const first = said?.pages[0];
  if (first) counts.push({ at: dataUpdatedAt, unread: first.unread });
  // A conversation that was read an hour ago knows less than the line of now.
  return counts.toSorted((one, other) => other.at - one.at)[0]?.unread ?? 0;
}

const openIn = (line: Line | undefined, patientId: string): TicketView[] =>
  line ? [...line.serving, ...line.waiting].filter((ticket) => ticket.patientId === patientId) : [];

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

/** Not asked again and again of those who were found. */
const foundTickets = (patientId: string) => ({ ...ticketsQuery(patientId), refetchInterval: false, staleTime: 30_000 }) as const;

/**
 * Where somebody who was found is in line, as far as it is known: from the lines that are at hand, until they are asked for
 * themselves. That is for whoever means this one: the audit trail notes it as a look at their record.
 */
export function usePlaces(patientId: string, meant: boolean): InLine[] {
  const can = useCan();
  const client = useQueryClient();
  const { data } = useInfiniteQuery({ ...foundTickets(patientId), enabled: meant && can("queues:read") });
  return data ? openOf(data) : placesAtHand(client, patientId);
}

/** The same, asked before they are put in a line: who stands in one is not put in another by mistake. */
export function useFindPlaces(patientId: string): () => Promise<InLine[]> {
  const can = useCan();
  const client = useQueryClient();
  return async () => (can("queues:read") ? openOf(await client.fetchInfiniteQuery(foundTickets(patientId))) : []);
}

/** A line that nobody looks at is believed for so long: whoever was in it may be served by then, and come again. */
const AT_HAND = 60_000;

function placesAtHand(client: QueryClient, patientId: string): InLine[] {
  const doctors = new Map(client.getQueryData(queuesQuery.queryKey)?.map(({ id, doctorName }) => [id, doctorName]));
  const doctorOf = (queueId: string) => client.getQueryData(queueQuery(queueId).queryKey)?.doctorName ?? doctors.get(queueId) ?? "";
  const lines = client.getQueriesData<Line>({
    queryKey: keys.queues,
    predicate: ({ queryKey, state }) => queryKey[2] === "tickets" && Date.now() - state.dataUpdatedAt < AT_HAND,
  });
  return lines.flatMap(([, line]) => openIn(line, patientId)).map((ticket) => ({ ...ticket, doctorName: doctorOf(ticket.queueId) }));
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

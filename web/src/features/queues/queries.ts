import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { all, call, pages } from "@/api/client";
import {
  getQueue,
  listQueues,
  listTickets,
  reorderTicket,
  searchPatients,
  updateTicket,
  type TicketStatus,
  type TicketView,
} from "@/api/generated";
import { keys } from "@/api/keys";
import { chosenClinic } from "@/session/clinic";

import { lineInput, queueInput } from "./ahead";

/** Until events come by themselves, the line is asked for this often; a long one less often. */
const EVERY = 4_000;
const LONG = 15_000;

export const queuesQuery = queryOptions({
  queryKey: keys.queues,
  queryFn: ({ signal }) => {
    const clinicId = chosenClinic();
    return all(listQueues, { query: clinicId ? { clinicId } : {}, signal });
  },
  refetchInterval: EVERY * 2,
});

export const queueQuery = (queueId: string) =>
  queryOptions({
    queryKey: keys.queue(queueId),
    queryFn: ({ signal }) => call(getQueue, { ...queueInput(queueId), signal }),
    refetchInterval: EVERY,
  });

/** A queue's tickets, as the desk looks at them. Counts and rows are of one answer. */
export interface Line {
  /** In the order of the line. */
  waiting: TicketView[];
  /** Called, or with the doctor. */
  serving: TicketView[];
  /** The last one first. */
  finished: TicketView[];
  /** Whether more are finished than these. */
  more: boolean;
}

/** Those that are not over. */
export const OPEN: TicketStatus[] = ["waiting", "called", "in_service"];

export function sorted(tickets: TicketView[], more: boolean): Line {
  return {
    waiting: tickets.filter((ticket) => ticket.status === "waiting"),
    serving: tickets.filter((ticket) => ticket.status === "called" || ticket.status === "in_service"),
    finished: tickets.filter((ticket) => !OPEN.includes(ticket.status)),
    more,
  };
}

export const lineQuery = (queueId: string) =>
  queryOptions({
    queryKey: keys.tickets(queueId),
    queryFn: async ({ signal }) => {
      const tickets: TicketView[] = [];
      for await (const { items, nextPage } of pages(listTickets, { ...lineInput(queueId), signal })) {
        tickets.push(...items);
        const last = items.at(-1);
        // All who are open come first; of those who are finished the last ones are enough.
        if (nextPage && last && !OPEN.includes(last.status)) return sorted(tickets, true);
      }
      return sorted(tickets, false);
    },
    refetchInterval: (query) => ((query.state.data?.waiting.length ?? 0) > 200 ? LONG : EVERY),
  });

export const patientsQuery = (search: string) =>
  queryOptions({
    queryKey: keys.patients(search),
    queryFn: ({ signal }) => call(searchPatients, { query: { search, pageSize: 5 }, signal }),
    staleTime: 30_000,
  });

/** Asks anew for all that a change at a queue may have changed. */
export function useRefreshQueue(queueId: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.queue(queueId) }),
      client.invalidateQueries({ queryKey: keys.queues, exact: true }),
    ]);
  };
}

interface Change {
  ticket: TicketView;
  /** One after the other: what is taken back may go through another status. */
  through: TicketStatus[];
  room?: string | undefined;
}

export function useTicketChange(queueId: string) {
  const refresh = useRefreshQueue(queueId);
  return useMutation({
    mutationFn: async ({ ticket, through, room }: Change) => {
      let now = ticket;
      for (const status of through) {
        const body = { status, ...(room && status === "called" && { room }) };
        now = await call(updateTicket, { path: { ticketId: now.id }, body, version: now.version });
      }
      return now;
    },
    onSettled: refresh,
  });
}

export function useMove(queueId: string) {
  const refresh = useRefreshQueue(queueId);
  return useMutation({
    mutationFn: ({ ticket, position }: { ticket: TicketView; position: number }) =>
      call(reorderTicket, { body: { ticketId: ticket.id, targetPosition: position }, version: ticket.version }),
    onSettled: refresh,
  });
}

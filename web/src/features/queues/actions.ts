import type { TicketStatus } from "@/api/generated";

/** The steps that the API allows from a status, the usual one first. */
export const STEPS: Record<TicketStatus, TicketStatus[]> = {
  waiting: ["called", "in_service", "no_show", "cancelled"],
  called: ["in_service", "served", "no_show", "waiting", "cancelled"],
  in_service: ["served", "waiting", "cancelled"],
  served: ["waiting"],
  no_show: ["waiting"],
  cancelled: ["waiting"],
};

/** How a step is taken back: over the line, unless that is where the ticket was. */
export function back(before: TicketStatus, after: TicketStatus): TicketStatus[] {
  if (STEPS[after].includes(before)) return [before];
  return ["waiting", before];
}

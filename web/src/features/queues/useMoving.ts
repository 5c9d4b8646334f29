import { useProblem } from "@/app/problem";
import type { TicketView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { toast } from "@/ui/Toast";

import { useMove } from "./queries";
import { queues } from "./texts";

/** Moves tickets of a queue to other places, says so and takes it back. */
export function useMoving(queueId: string) {
  const t = useTexts(queues);
  const moving = useMove(queueId);
  const { onError } = useProblem();
  const said = async (ticket: TicketView, position: number) => {
    const after = await moving.mutateAsync({ ticket, position });
    const { position: was } = ticket;
    const undo = () => void moving.mutateAsync({ ticket: after, position: was ?? 1 }).catch(onError);
    toast({
      text: t.moved(ticket.ticketNumber, after.position ?? position),
      ...(was && { undo: { label: t.undoMove(ticket.ticketNumber, was), run: undo } }),
    });
  };
  return {
    busy: moving.isPending,
    /** Fails if it was not moved, which is not said. */
    said,
    /** Says it as well if it was not moved. */
    to: (ticket: TicketView, position: number) => said(ticket, position).catch(onError),
  };
}

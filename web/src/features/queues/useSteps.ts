import type { TicketStatus, TicketView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

import { back } from "./actions";
import { useProblem } from "@/app/problem";
import { useTicketChange } from "./queries";
import { useRoom } from "./room";
import { queues } from "./texts";
import { useMoving } from "./useMoving";

/** What can be done with a ticket, said afterwards and taken back. */
export function useSteps(ticket: TicketView) {
  const t = useTexts(queues);
  const { status } = useTexts(common);
  const [room] = useRoom();
  const change = useTicketChange(ticket.queueId);
  const moving = useMoving(ticket.queueId);
  const { onError } = useProblem();
  const n = ticket.ticketNumber;
  return {
    busy: change.isPending || moving.busy,
    go: (step: TicketStatus) =>
      change.mutate(
        { ticket, through: [step], room },
        {
          onError,
          onSuccess: (after) => {
            const through = back(ticket.status, step);
            const undo = () => change.mutate({ ticket: after, through, room: ticket.room ?? undefined }, { onError });
            toast({ text: t.stepped(n, status[step]), undo: { label: t.undoStep(n, status[ticket.status]), run: undo } });
          },
        },
      ),
    move: (position: number) => void moving.to(ticket, position),
  };
}

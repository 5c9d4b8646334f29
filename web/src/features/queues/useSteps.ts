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
  // The card may be gone before the answer is there: it is said all the same.
  const said = async (step: TicketStatus) => {
    const after = await change.mutateAsync({ ticket, through: [step], room });
    const through = back(ticket.status, step);
    const undo = () => void change.mutateAsync({ ticket: after, through, room: ticket.room ?? undefined }).catch(onError);
    toast({ text: t.stepped(n, status[step]), undo: { label: t.undoStep(n, status[ticket.status]), run: undo } });
  };
  return {
    busy: change.isPending || moving.busy,
    go: (step: TicketStatus) => void said(step).catch(onError),
    move: (position: number) => void moving.to(ticket, position),
  };
}

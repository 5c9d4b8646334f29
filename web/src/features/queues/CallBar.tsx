import { useMutation } from "@tanstack/react-query";
import { BellRing, DoorOpen, UserPlus } from "lucide-react";

import { useCan } from "@/app/me";
import { useShortcuts } from "@/app/shortcuts";
import { call } from "@/api/client";
import { callNext, type QueueView } from "@/api/generated";
import { newKey } from "@/api/key";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { toast } from "@/ui/Toast";

import type { Opened } from "./Dialogs";
import { useProblem } from "@/app/problem";
import { useRefreshQueue, useTicketChange, type Line } from "./queries";
import { useRoom } from "./room";
import { queues } from "./texts";

interface CallBarProps {
  queue: QueueView;
  line: Line;
  onOpen: (opened: Opened) => void;
  /** Under the thumb instead of in the head. */
  phone?: boolean;
}

/** What the desk does all day: call the next one, add somebody. Always in the same place. */
export function CallBar({ queue, line, onOpen, phone }: CallBarProps) {
  const t = useTexts(queues);
  const can = useCan();
  const [room] = useRoom();
  const next = useCallNext(queue.id);
  const nobody = line.waiting.length === 0;
  const serves = can("queues:serve");
  const callOne = () => next.mutate({ room, key: newKey() });
  // Both bars are there, and only one of them is in sight.
  useShortcuts([
    !phone && serves && { code: "KeyN", key: "N", label: t.callNext, run: () => !nobody && !next.isPending && callOne() },
    !phone && can("tickets:write") && { code: "KeyA", key: "A", label: t.addPatient, run: () => queue.active && onOpen({ is: "add" }) },
    !phone && serves && { code: "KeyR", key: "R", label: t.setRoom, run: () => onOpen({ is: "room" }) },
    !phone && can("messages:send") && { code: "KeyM", key: "M", label: t.sendMessage, run: () => onOpen({ is: "send" }) },
  ]);
  return (
    <div
      className={cx(
        "items-center gap-2",
        phone
          ? "fixed inset-x-0 bottom-16 z-20 flex border-t border-hairline bg-surface p-2 md:hidden"
          : "hidden flex-wrap md:flex",
      )}
    >
      {serves && !phone && (
        <Button look="quiet" icon={DoorOpen} onClick={() => onOpen({ is: "room" })}>
          {room ? t.inRoom(room) : t.setRoom}
        </Button>
      )}
      {can("tickets:write") && (
        <Button icon={UserPlus} off={!queue.active} onClick={() => onOpen({ is: "add" })} className={phone ? "px-3" : undefined}>
          {t.addPatient}
        </Button>
      )}
      {serves && (
        <Button
          look="primary"
          icon={BellRing}
          busy={next.isPending}
          off={nobody}
          title={nobody ? t.nobodyWaits : undefined}
          className={phone ? "min-w-0 flex-1 px-2" : undefined}
          onClick={callOne}
        >
          {t.callNext}
        </Button>
      )}
    </div>
  );
}

function useCallNext(queueId: string) {
  const t = useTexts(queues);
  const refresh = useRefreshQueue(queueId);
  const undo = useTicketChange(queueId);
  const { onError } = useProblem();
  return useMutation({
    mutationFn: ({ room, key }: { room: string; key: string }) =>
      call(callNext, { path: { queueId }, body: { room: room || null }, key }),
    onSuccess: async (ticket) => {
      await refresh();
      toast({
        text: t.calledToast(ticket.ticketNumber, ticket.fullName),
        undo: {
          label: t.undoStep(ticket.ticketNumber, t.waiting),
          run: () => undo.mutate({ ticket, through: ["waiting"] }, { onError }),
        },
      });
    },
    onError,
  });
}

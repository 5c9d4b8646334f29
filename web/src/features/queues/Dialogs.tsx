import { lazy, Suspense } from "react";

import type { QueueView, TicketView } from "@/api/generated";
import { messaging } from "@/features/messaging/texts";

import type { Line } from "./queries";

const AddPatient = lazy(() => import("./AddPatient"));
const MoveDialog = lazy(() => import("./MoveDialog"));
const RoomDialog = lazy(() => import("./RoomDialog"));
const SendDialog = lazy(() => messaging.beside(import("@/features/messaging/SendDialog")));

/** Which dialog is open over the queue. */
export type Opened = { is: "add" } | { is: "room" } | { is: "send" } | { is: "move"; ticket: TicketView };

interface DialogsProps {
  queue: QueueView;
  line: Line;
  opened: Opened | undefined;
  onClose: () => void;
}

export function Dialogs({ queue, line, opened, onClose }: DialogsProps) {
  return (
    <Suspense>
      {opened?.is === "add" && <AddPatient queue={queue} line={line} onClose={onClose} />}
      {opened?.is === "room" && <RoomDialog onClose={onClose} />}
      {opened?.is === "send" && <SendDialog to={{ queueId: queue.id }} onClose={onClose} />}
      {opened?.is === "move" && <MoveDialog ticket={opened.ticket} line={line} onClose={onClose} />}
    </Suspense>
  );
}

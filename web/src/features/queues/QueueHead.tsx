import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { DoorClosed, DoorOpen, FileUp, MapPin, MessageSquareText } from "lucide-react";

import { useCan } from "@/app/me";
import { call } from "@/api/client";
import { updateQueue, type QueueView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Menu } from "@/ui/Menu";
import { Badge } from "@/ui/Status";
import { Bdi, useDuration } from "@/ui/Text";

import { CallBar } from "./CallBar";
import type { Opened } from "./Dialogs";
import { useProblem } from "@/app/problem";
import { useRefreshQueue, type Line } from "./queries";
import { queues } from "./texts";

interface QueueHeadProps {
  queue: QueueView;
  line: Line;
  onOpen: (opened: Opened) => void;
}

export function QueueHead({ queue, line, onOpen }: QueueHeadProps) {
  const t = useTexts(queues);
  const can = useCan();
  const duration = useDuration();
  const wait = queue.statistics?.estimatedWaitForNewMinutes;
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="text-2xl font-bold">
            <Bdi>{queue.doctorName}</Bdi>
          </h1>
          {!queue.active && <Badge tone="warn">{t.closed}</Badge>}
        </div>
        <p className="text-sm text-muted">
          {!queue.active ? t.closedNote : wait !== undefined && wait !== null ? t.waitForNew(duration(wait)) : queue.description}
        </p>
      </div>
      <CallBar queue={queue} line={line} onOpen={onOpen} />
      {(can("queues:write") || can("queues:serve") || can("messages:send") || canImport(can)) && <QueueMenu queue={queue} onOpen={onOpen} />}
    </header>
  );
}

/** A file is staged by who may write patients, and added by who may write tickets. */
export const canImport = (can: ReturnType<typeof useCan>) => can("patients:write") && can("tickets:write");

function QueueMenu({ queue, onOpen }: Pick<QueueHeadProps, "queue" | "onOpen">) {
  const t = useTexts(queues);
  const can = useCan();
  const refresh = useRefreshQueue(queue.id);
  const { onError } = useProblem();
  const toggle = useMutation({
    mutationFn: () =>
      call(updateQueue, { path: { queueId: queue.id }, body: { active: !queue.active }, version: queue.version }),
    onSettled: refresh,
    onError,
  });
  const send = { id: "send", label: t.sendMessage, icon: MessageSquareText, run: () => onOpen({ is: "send" }) };
  const close = {
    id: "active",
    label: queue.active ? t.closeQueue : t.openQueue,
    icon: queue.active ? DoorClosed : DoorOpen,
    run: () => toggle.mutate(),
  };
  const navigate = useNavigate();
  const file = {
    id: "import",
    label: t.importFile,
    icon: FileUp,
    run: () => void navigate({ to: "/queues/$queueId/import", params: { queueId: queue.id } }),
  };
  const room = { id: "room", label: t.setRoom, icon: MapPin, run: () => onOpen({ is: "room" }) };
  const items = [can("messages:send") && send, canImport(can) && queue.active && file, can("queues:serve") && room, can("queues:write") && close];
  return <Menu label={t.queueMenu} items={items.filter((item) => item !== false)} />;
}

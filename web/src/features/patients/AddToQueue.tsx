import { lazy, Suspense, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Armchair } from "lucide-react";

import { call } from "@/api/client";
import { addTicket, type NewTicket, type PatientView, type QueueView } from "@/api/generated";
import { keys } from "@/api/keys";
import { lineQuery, queuesQuery } from "@/features/queues/queries";
import { queues as queueTexts } from "@/features/queues/texts";
import { useTexts } from "@/i18n/texts";
import Dialog from "@/ui/Dialog";
import { Empty, Skeleton } from "@/ui/Empty";
import { Problem, useSending } from "@/ui/form";
import { Num } from "@/ui/Num";
import { Bdi } from "@/ui/Text";
import { toast } from "@/ui/Toast";

import { patients } from "./texts";

const AddPatient = lazy(() => import("@/features/queues/AddPatient"));

/** Somebody who is not registered yet, as far as they were typed. */
export interface Newcomer {
  fullName?: string;
  phoneNumber?: string;
}

interface AddToQueueProps {
  who: PatientView | Newcomer;
  onClose: () => void;
}

/** Asks into which line: those who are registered stand in it at once, of others the rest is asked. */
export default function AddToQueue({ who, onClose }: AddToQueueProps) {
  const t = useTexts(patients);
  const queues = useQuery(queuesQuery);
  const open = queues.data?.filter((queue) => queue.active);
  const known = "id" in who ? who : undefined;
  const [chosen, setChosen] = useState<QueueView>();
  if (!known && chosen) return <Register queue={chosen} start={who as Newcomer} onClose={onClose} />;
  return (
    <Dialog title={known ? t.addOne(known.fullName) : t.registerNew} onClose={onClose}>
      {queues.error && !open && <Problem error={queues.error} />}
      {!open && !queues.error && <Skeleton className="h-32" />}
      {open?.length === 0 && (
        <Empty icon={Armchair} title={t.noQueue}>
          <p>{t.noQueueHint}</p>
        </Empty>
      )}
      {open && open.length > 0 && <Choice open={open} known={known} onChoose={setChosen} onClose={onClose} />}
    </Dialog>
  );
}

interface ChoiceProps {
  open: QueueView[];
  known: PatientView | undefined;
  onChoose: (queue: QueueView) => void;
  onClose: () => void;
}

function Choice({ open, known, onChoose, onClose }: ChoiceProps) {
  const t = useTexts(patients);
  const said = useTexts(queueTexts);
  const sending = useSending();
  const client = useQueryClient();
  const add = (queue: QueueView, { fullName, phoneNumber, localId }: PatientView) =>
    sending.submit(async (key) => {
      const body: NewTicket = { fullName, phoneNumber, ...(localId && { localId }) };
      const ticket = await call(addTicket, { path: { queueId: queue.id }, body, key: key({ queue: queue.id, ...body }) });
      await Promise.all([keys.queues, keys.patientTickets(ticket.patientId)].map((queryKey) => client.invalidateQueries({ queryKey })));
      toast({ text: said.added(ticket.ticketNumber, ticket.fullName) });
      onClose();
    });
  return (
    <div className="flex flex-col gap-3">
      {sending.error !== undefined && <Problem error={sending.error} />}
      <p className="text-sm text-muted">{t.whichQueue}</p>
      <ul className="flex flex-col gap-2">
        {open.map((queue) => (
          <li key={queue.id}>
            <button
              type="button"
              aria-disabled={sending.busy || undefined}
              onClick={() => (known ? void add(queue, known) : onChoose(queue))}
              className="flex min-h-13 w-full items-center justify-between gap-3 rounded-lg border border-hairline px-4 text-start transition-colors hover:border-brand hover:bg-brand-soft aria-disabled:opacity-55"
            >
              <Bdi className="min-w-0 font-medium">{queue.doctorName}</Bdi>
              <span className="text-sm text-muted">
                {t.waiting} <Num of={queue.counts.waiting} className="font-semibold" />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Register({ queue, start, onClose }: { queue: QueueView; start: Newcomer; onClose: () => void }) {
  const { data } = useQuery(lineQuery(queue.id));
  if (!data) return null;
  return (
    <Suspense>
      <AddPatient queue={queue} line={data} start={start} onClose={onClose} />
    </Suspense>
  );
}

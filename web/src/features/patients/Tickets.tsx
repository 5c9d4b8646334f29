import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TicketX } from "lucide-react";

import { Broken } from "@/app/Crash";
import type { PatientTicketView, PatientView } from "@/api/generated";
import { OPEN } from "@/features/queues/queries";
import { useTexts } from "@/i18n/texts";
import { date, time } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Num } from "@/ui/Num";
import { Badge, Status } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { ticketsQuery } from "./queries";
import { patients } from "./texts";

/** When they came, to whom, and how it ended; the last time first. */
export default function Tickets({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  const query = useInfiniteQuery(ticketsQuery(patient.id));
  if (query.error && !query.data) return <Broken part error={query.error} retry={() => void query.refetch()} />;
  const all = query.data?.pages.flatMap(({ items }) => items);
  if (!all) return <Skeleton className="h-64" />;
  if (all.length === 0 && !query.hasNextPage) return <Empty icon={TicketX} title={t.noTickets} />;
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label={t.tickets} className="divide-y divide-hairline rounded-xl border border-hairline bg-surface">
        {all.map((ticket) => (
          <li key={ticket.id} className="flex items-start gap-4 px-4 py-3">
            <Num of={ticket.ticketNumber} className="min-w-10 text-center text-2xl font-bold" />
            <Visit of={ticket} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} className="self-center" onClick={() => void query.fetchNextPage()}>
          {t.earlier}
        </Button>
      )}
    </div>
  );
}

function Visit({ of: ticket }: { of: PatientTicketView }) {
  const t = useTexts(patients);
  const { createdAt, calledAt, startedAt, finishedAt } = ticket;
  const steps: [string, string | null | undefined][] = [
    [t.came, createdAt],
    [t.called, calledAt],
    [t.started, startedAt],
    [t.ended, finishedAt],
  ];
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-medium">
          {OPEN.includes(ticket.status) && !ticket.queueDeleted ? (
            <Link to="/queues/$queueId" params={{ queueId: ticket.queueId }} className="text-brand underline-offset-4 hover:underline">
              <Bdi>{ticket.doctorName}</Bdi>
            </Link>
          ) : (
            <Bdi>{ticket.doctorName}</Bdi>
          )}
        </h2>
        <Status of={ticket.status} />
        {ticket.queueDeleted && <Badge tone="idle">{t.queueGone}</Badge>}
        <span className="ms-auto text-sm text-muted">{date(createdAt)}</span>
      </div>
      <p className="flex flex-wrap gap-x-4 text-sm text-muted">
        {steps.map(([name, at]) => at && <span key={name}>{`${name} ${time(at)}`}</span>)}
      </p>
    </div>
  );
}

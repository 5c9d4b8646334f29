import { Link } from "@tanstack/react-router";

import { useTexts } from "@/i18n/texts";
import { Num } from "@/ui/Num";
import { Status } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import type { InLine } from "./queries";
import { patients } from "./texts";

/** The part of the line that a narrow screen must show to have it in sight. */
const partOf = ({ status }: InLine) => (status === "waiting" ? {} : { view: "serving" as const });

/** Where somebody is in line now; a press goes there. */
export function Places({ of, name }: { of: InLine[]; name: string }) {
  const t = useTexts(patients);
  return (
    <ul className="flex flex-wrap gap-2">
      {of.map((ticket) => (
        <li key={ticket.id}>
          <Link
            to="/queues/$queueId"
            params={{ queueId: ticket.queueId }}
            search={partOf(ticket)}
            className="flex min-h-11 items-center gap-2 rounded-md border border-line bg-surface px-3 text-sm text-text hover:border-brand"
          >
            <span className="sr-only">{t.goToTicket(name)}</span>
            <Num of={ticket.ticketNumber} className="text-lg font-bold" />
            <Bdi className="max-w-40 truncate">{ticket.doctorName}</Bdi>
            <Status of={ticket.status} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

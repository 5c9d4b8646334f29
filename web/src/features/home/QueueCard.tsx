import { Link } from "@tanstack/react-router";

import type { QueueView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Num } from "@/ui/Num";
import { Badge } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { home } from "./texts";

/** A queue: whose it is, how many wait, which number it is at. */
export function QueueCard({ queue }: { queue: QueueView }) {
  const t = useTexts(home);
  return (
    <Link
      to="/queues/$queueId"
      params={{ queueId: queue.id }}
      className="flex h-full flex-col gap-4 rounded-xl border border-hairline bg-surface p-5 transition-colors hover:border-brand"
    >
      <span className="flex items-start justify-between gap-2">
        <Bdi className="text-lg font-semibold">{queue.doctorName}</Bdi>
        {!queue.active && <Badge tone="warn">{t.closed}</Badge>}
      </span>
      <span className="mt-auto flex items-end justify-between gap-3">
        <span className="flex items-baseline gap-2">
          <Num of={queue.counts.waiting} className="text-4xl font-bold text-brand" />
          <span className="text-sm text-muted">{t.waitingHere(queue.counts.waiting)}</span>
        </span>
        <span className="text-end text-sm text-muted">
          {queue.currentPosition > 0 ? (
            <>
              {t.now} <Num of={queue.currentPosition} className="font-semibold text-text" />
            </>
          ) : (
            t.nobodyYet
          )}
        </span>
      </span>
    </Link>
  );
}

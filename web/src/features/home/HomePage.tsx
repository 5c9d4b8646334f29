import { lazy, Suspense, useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, ChevronLeft, Plus, Users } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import { useWhere } from "@/app/where";
import type { QueueView } from "@/api/generated";
import { failedCountQuery } from "@/features/messaging/queries";
import { queuesQuery } from "@/features/queues/queries";
import { queues as queueTexts } from "@/features/queues/texts";
import { preferences } from "@/i18n/preferences";
import { useTexts } from "@/i18n/texts";
import { day, hijri } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Bdi, useNow } from "@/ui/Text";

import { FirstSteps } from "./FirstSteps";
import { QueueCard } from "./QueueCard";
import { home } from "./texts";

const NewQueue = lazy(() => queueTexts.beside(import("@/features/queues/NewQueue")));

/** The day at a glance: who waits where, and what needs a decision. */
export function HomePage() {
  const t = useTexts(home);
  const me = useMe();
  const can = useCan();
  const { clinic } = useWhere();
  const now = useNow();
  const beside = preferences().hijri;
  const queues = useQuery({ ...queuesQuery, enabled: can("queues:read") });
  const [opening, setOpening] = useState(false);
  useEffect(() => {
    document.title = t.today;
  }, [t]);
  if (queues.error && !queues.data) return <Broken error={queues.error} retry={() => void queues.refetch()} />;
  const all = queues.data;
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-6 p-4 md:p-8">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-2xl font-bold">{t.hello(me.fullName)}</h1>
          <p className="text-muted">
            {day(now)}
            {beside && <span className="text-sm"> · {hijri(now)}</span>}
            {clinic && (
              <>
                {" · "}
                <Bdi>{clinic.name}</Bdi>
              </>
            )}
          </p>
        </div>
        {can("queues:write") && all && all.length > 0 && (
          <Button icon={Plus} onClick={() => setOpening(true)}>
            {t.newQueue}
          </Button>
        )}
      </header>
      {can("tasks:read") && <Attention />}
      {!all && can("queues:read") && <Skeleton className="h-48" />}
      {all && can("messages:send") && can("queues:write") && <FirstSteps queues={all} onNewQueue={() => setOpening(true)} />}
      {all && all.length > 0 && <Overview queues={all} />}
      {(!can("queues:read") || (all?.length === 0 && !can("queues:write"))) && (
        <Empty icon={Users} title={t.noQueues}>
          <p>{t.noQueuesHint}</p>
        </Empty>
      )}
      {opening && (
        <Suspense>
          <NewQueue onClose={() => setOpening(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Attention() {
  const t = useTexts(home);
  const { data = 0 } = useQuery(failedCountQuery);
  if (data === 0) return null;
  return (
    <section aria-label={t.attention}>
      <Link
        to="/messages/failed"
        className="flex items-center gap-3 rounded-lg border border-bad bg-bad-soft p-4 font-medium transition-colors hover:border-bad-hover"
      >
        <Icon of={CircleAlert} className="text-bad" />
        <span className="flex-1">{t.failed(data)}</span>
        <Icon of={ChevronLeft} className="text-bad ltr:-scale-x-100" />
      </Link>
    </section>
  );
}

function Overview({ queues }: { queues: QueueView[] }) {
  const t = useTexts(home);
  const sum = (of: (queue: QueueView) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  const numbers: [string, number][] = [
    [t.waiting, sum(({ counts }) => counts.waiting)],
    [t.serving, sum(({ counts }) => counts.called + counts.inService)],
    [t.served, sum(({ counts }) => counts.served)],
  ];
  const open = queues.filter((queue) => queue.active);
  const closed = queues.filter((queue) => !queue.active);
  return (
    <>
      <dl className="grid grid-cols-3 divide-x divide-hairline rounded-xl border border-hairline bg-surface">
        {numbers.map(([label, value]) => (
          <div key={label} className="flex flex-col-reverse items-center justify-end px-2 py-4 text-center">
            <dt className="text-sm text-muted">{label}</dt>
            <dd className="text-3xl font-bold">
              <Num of={value} />
            </dd>
          </div>
        ))}
      </dl>
      <section className="flex flex-col gap-3">
        <h2 className="text-lg font-semibold">{t.queues}</h2>
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {[...open, ...closed].map((queue) => (
            <li key={queue.id}>
              <QueueCard queue={queue} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

import { useEffect, useState, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Armchair, CircleCheckBig, Stethoscope } from "lucide-react";

import { useCan } from "@/app/me";
import { Broken } from "@/app/Crash";
import type { TicketView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button, buttonClass } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { cx } from "@/ui/cx";
import { Num } from "@/ui/Num";
import { Tabs } from "@/ui/Tabs";
import { VirtualList } from "@/ui/VirtualList";

import { CallBar } from "./CallBar";
import { Dialogs, type Opened } from "./Dialogs";
import { lineQuery, queueQuery, type Line } from "./queries";
import { canImport, QueueHead } from "./QueueHead";
import { VIEWS, type View } from "./routes";
import { QueueTabs, TabPanel } from "./QueueTabs";
import { TicketCard } from "./TicketCard";
import { queues } from "./texts";
import { useMoving } from "./useMoving";
import { useWide } from "./wide";

const route = getRouteApi("/queues/$queueId");

/** A doctor's queue: who waits, who is called and with the doctor, who is finished. */
export function QueuePage() {
  const { queueId } = route.useParams();
  const queue = useQuery(queueQuery(queueId));
  const line = useQuery(lineQuery(queueId));
  const [opened, setOpened] = useState<Opened>();
  const { tab = "now" } = route.useSearch();
  const name = queue.data?.doctorName;
  useEffect(() => {
    if (name) document.title = name;
  }, [name]);
  const error = queue.data && line.data ? undefined : (queue.error ?? line.error);
  if (error) return <Broken error={error} retry={() => void Promise.all([queue.refetch(), line.refetch()])} />;
  return (
    // The line is as high as the window and no more: else each of thousands would be in sight, and drawn.
    <div className={cx("flex flex-none flex-col gap-4 p-4 pb-20 md:p-6", tab === "now" && "h-[calc(100dvh-4rem)] md:h-dvh")}>
      {queue.data && line.data ? (
        <>
          <QueueHead queue={queue.data} line={line.data} onOpen={setOpened} />
          <QueueTabs chosen={tab} />
          {tab === "now" ? <Parts line={line.data} onOpen={setOpened} /> : <TabPanel tab={tab} queue={queue.data} />}
          {tab === "now" && <CallBar queue={queue.data} line={line.data} onOpen={setOpened} phone />}
          <Dialogs queue={queue.data} line={line.data} opened={opened} onClose={() => setOpened(undefined)} />
        </>
      ) : (
        <Loading />
      )}
    </div>
  );
}

function Loading() {
  return (
    <>
      <Skeleton className="h-20" />
      <div className="grid gap-4 lg:grid-cols-3">
        {VIEWS.map((view) => (
          <Skeleton key={view} className="h-72" />
        ))}
      </div>
    </>
  );
}

interface PartsProps {
  line: Line;
  onOpen: (opened: Opened) => void;
}

/** Three columns side by side; on a narrow screen one of them at a time. */
function Parts({ line, onOpen }: PartsProps) {
  const t = useTexts(queues);
  const wide = useWide();
  const { view = "waiting" } = route.useSearch();
  const navigate = route.useNavigate();
  const titles: Record<View, string> = { waiting: t.waiting, serving: wide ? t.serving : t.servingShort, finished: t.finished };
  const title = (of: View) => (
    <>
      <span className="truncate">{titles[of]}</span>
      <span className="font-semibold">
        <Num of={line[of].length} />
        {of === "finished" && line.more && "+"}
      </span>
    </>
  );
  if (!wide) {
    const choose = (chosen: View) =>
      void navigate({ search: chosen === "waiting" ? {} : { view: chosen }, replace: true });
    return (
      <Tabs label={t.parts} tabs={VIEWS.map((id) => ({ id, label: title(id) }))} chosen={view} onChoose={choose} className="flex-1">
        <h2 className="sr-only">{titles[view]}</h2>
        <Part of={view} title={titles[view]} line={line} onOpen={onOpen} />
      </Tabs>
    );
  }
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[1.25fr_1fr_1fr] gap-4">
      {VIEWS.map((of) => (
        <section key={of} className="flex min-h-0 flex-col gap-3 rounded-xl bg-raised/60 p-3">
          <h2 className="flex items-center justify-between gap-2 px-1 font-semibold">{title(of)}</h2>
          <Part of={of} title={titles[of]} line={line} onOpen={onOpen} />
        </section>
      ))}
    </div>
  );
}

const idOf = (ticket: TicketView) => ticket.id;

function Part({ of, title, line, onOpen }: PartsProps & { of: View; title: string }) {
  const t = useTexts(queues);
  const can = useCan();
  const { queueId } = route.useParams();
  const moving = useMoving(queueId);
  const sortable = of === "waiting" && can("tickets:write") && line.waiting.length > 1;
  const items = line[of];
  if (items.length === 0) return <Nobody of={of} onOpen={onOpen} />;
  return (
    <>
      <VirtualList
        label={title}
        items={items}
        idOf={idOf}
        height={of === "waiting" ? 75 : 108}
        className="min-h-0 flex-1 max-lg:max-h-none"
        onMove={sortable ? moving.to : undefined}
      >
        {(ticket) => <TicketCard ticket={ticket} line={line} onOpen={onOpen} />}
      </VirtualList>
      {of === "finished" && line.more && <p className="px-1 text-sm text-muted">{t.finishedMore}</p>}
    </>
  );
}

function Nobody({ of, onOpen }: { of: View; onOpen: (opened: Opened) => void }) {
  const t = useTexts(queues);
  const can = useCan();
  const { queueId } = route.useParams();
  const shown: Record<View, ReactNode> = {
    waiting: (
      <Empty icon={Armchair} title={t.emptyWaiting}>
        {can("tickets:write") && (
          <>
            <p>{t.emptyWaitingHint}</p>
            <span className="flex flex-wrap justify-center gap-2">
              <Button onClick={() => onOpen({ is: "add" })}>{t.addPatient}</Button>
              {canImport(can) && (
                <Link to="/queues/$queueId/import" params={{ queueId }} className={buttonClass("quiet")}>
                  {t.importFile}
                </Link>
              )}
            </span>
          </>
        )}
      </Empty>
    ),
    serving: (
      <Empty icon={Stethoscope} title={t.emptyServing}>
        <p>{t.emptyServingHint}</p>
      </Empty>
    ),
    finished: <Empty icon={CircleCheckBig} title={t.emptyFinished} />,
  };
  return shown[of];
}

import { lazy, Suspense } from "react";
import { getRouteApi } from "@tanstack/react-router";

import { useCan } from "@/app/me";
import type { QueueView } from "@/api/generated";
import { messaging } from "@/features/messaging/texts";
import { useTexts } from "@/i18n/texts";
import { Skeleton } from "@/ui/Empty";

import { TABS, type QueueSearch, type QueueTab } from "./routes";
import { queues } from "./texts";

const QueueMessagesPage = lazy(() => messaging.beside(import("@/features/messaging/QueueMessagesPage")));
const QueueFailedPage = lazy(() => messaging.beside(import("@/features/messaging/QueueFailedPage")));
const QueueSettings = lazy(() => import("./QueueSettings"));

const route = getRouteApi("/queues/$queueId");

/** Where in the queue somebody is, and where else they may go. */
export function QueueTabs({ chosen }: { chosen: QueueTab }) {
  const t = useTexts(queues);
  const can = useCan();
  const may: Record<QueueTab, boolean> = {
    now: true,
    messages: can("messages:read"),
    failed: can("tasks:read"),
    settings: can("queues:write") || can("queues:delete"),
  };
  const shown = TABS.filter((tab) => may[tab]);
  if (shown.length < 2) return null;
  return (
    <nav aria-label={t.tabsLabel} className="-mx-4 flex shrink-0 gap-1 overflow-x-auto overflow-y-hidden border-b border-hairline px-4 md:-mx-6 md:px-6">
      {shown.map((tab) => (
        <route.Link
          key={tab}
          to="."
          search={tab === "now" ? {} : { tab }}
          activeOptions={{ exact: true }}
          aria-current={tab === chosen ? "page" : undefined}
          className="-mb-px flex min-h-11 items-center border-b-2 border-transparent px-3 text-sm whitespace-nowrap text-muted -outline-offset-2 transition-colors hover:text-text aria-[current=page]:border-brand aria-[current=page]:font-semibold aria-[current=page]:text-brand"
        >
          {t.tabs[tab]}
        </route.Link>
      ))}
    </nav>
  );
}

/** What stands behind each of them but the line; it comes when it is opened. */
export function TabPanel({ tab, queue }: { tab: Exclude<QueueTab, "now">; queue: QueueView }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { tab: _tab, view: _view, ...rest } = search;
  const go = (next: QueueSearch, replace = false) => void navigate({ search: { ...next, tab }, replace });
  return (
    <div className="mx-auto w-full max-w-4xl">
      <Suspense fallback={<Skeleton className="h-72" />}>
        {tab === "messages" && <QueueMessagesPage queueId={queue.id} search={rest} onSearch={go} />}
        {tab === "failed" && <QueueFailedPage queueId={queue.id} search={rest} onSearch={(next) => go(next, !next.page)} />}
        {tab === "settings" && <QueueSettings queue={queue} />}
      </Suspense>
    </div>
  );
}

import { lazy, Suspense } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { MessagesSquare, SearchX } from "lucide-react";

import { Broken } from "@/app/Crash";
import { Failure } from "@/api/failure";
import type { MessageView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Pager } from "@/ui/Pager";
import { Ticks } from "@/ui/Status";
import { Bdi, Phone, When } from "@/ui/Text";

import { asked, changed } from "./log";
import { LogFilters } from "./LogFilters";
import { messagePageQuery, type LogSearch } from "./queries";
import { messaging } from "./texts";

const MessageDialog = lazy(() => import("./MessageDialog"));

interface MessageLogProps {
  search: LogSearch;
  onSearch: (search: LogSearch, replace?: boolean) => void;
  /** Whose messages they are, where that is settled. */
  queueId?: string;
}

/** Messages by filter, page by page, and the one that is open. */
export function MessageLog({ search, onSearch, queueId }: MessageLogProps) {
  const t = useTexts(messaging);
  const wanted = asked(queueId ? { ...search, queue: queueId } : search);
  const { data, error, refetch } = useQuery({ ...messagePageQuery(wanted), placeholderData: keepPreviousData });
  const { page: _page, message, ...filters } = search;
  const clear = () => onSearch({});
  if (error && !data) {
    // What the address names may be gone by now.
    if (!(error instanceof Failure) || error.status >= 500) return <Broken part error={error} retry={() => void refetch()} />;
    return (
      <Empty icon={SearchX} title={t.badAddress}>
        <Button onClick={clear}>{t.clearFilters}</Button>
      </Empty>
    );
  }
  return (
    <>
      <LogFilters search={search} onSearch={onSearch} withQueue={queueId === undefined} />
      {!data && <Skeleton className="h-80" />}
      {data?.items.length === 0 &&
        (Object.keys(filters).length === 0 ? (
          <Empty icon={MessagesSquare} title={t.noMessages}>
            <p>{t.noMessagesHint}</p>
          </Empty>
        ) : (
          <Empty icon={SearchX} title={t.noneFound}>
            <Button onClick={clear}>{t.clearFilters}</Button>
          </Empty>
        ))}
      {data && data.items.length > 0 && (
        <ul className="flex flex-col divide-y divide-hairline overflow-hidden rounded-xl border border-hairline bg-surface">
          {data.items.map((one) => (
            <li key={one.id}>
              <Row message={one} onOpen={() => onSearch({ ...search, message: one.id })} />
            </li>
          ))}
        </ul>
      )}
      <Pager page={search.page} next={data?.nextPage} onPage={(page) => onSearch({ ...changed(search, {}), ...(page && { page }) })} />
      {message !== undefined && (
        <Suspense>
          <MessageDialog
            messageId={message}
            onClose={() => {
              const { message: _, ...rest } = search;
              onSearch(rest, true);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function Row({ message, onOpen }: { message: MessageView; onOpen: () => void }) {
  const t = useTexts(messaging);
  return (
    <button
      type="button"
      onClick={onOpen}
      className="grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 px-4 py-3 text-start -outline-offset-2 transition-colors hover:bg-raised"
    >
      <span className="flex flex-wrap items-baseline gap-x-3">
        <Bdi className="font-medium">{message.fullName}</Bdi>
        <Phone of={message.phoneNumber} className="text-sm text-muted" />
      </span>
      <span className="text-end text-sm text-muted">
        <When at={message.createdAt} />
      </span>
      <span className="flex min-w-0 items-baseline gap-2 text-sm">
        {message.reason && <span className="shrink-0 text-bad">{t.reasons[message.reason]}</span>}
        <span dir="auto" className="min-w-0 flex-1 truncate text-muted">
          {message.content}
        </span>
      </span>
      <span className="text-end">
        <Ticks of={message.status} />
      </span>
      {message.nextAttemptAt && message.attemptCount > 0 && (
        <span className="col-span-2 text-sm text-warn">
          {t.nextTry} <When at={message.nextAttemptAt} />
        </span>
      )}
    </button>
  );
}

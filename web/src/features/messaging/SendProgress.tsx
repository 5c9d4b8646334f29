import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleStop } from "lucide-react";

import { useCan } from "@/app/me";
import type { MessageView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { Button, buttonClass } from "@/ui/Button";
import { Progress, Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Num } from "@/ui/Num";
import { Icon } from "@/ui/Icon";
import { Spinner } from "@/ui/Spinner";
import { Ticks } from "@/ui/Status";
import { Bdi } from "@/ui/Text";
import { VirtualList } from "@/ui/VirtualList";

import { STATUSES } from "./log";
import { batchMessagesQuery, batchQuery, useStop } from "./queries";
import { Skipped } from "./Skipped";
import { messaging } from "./texts";

/** How far a send is, and each message's ticks. */
export function SendProgress({ batchId, onClose }: { batchId: string; onClose: () => void }) {
  const t = useTexts(messaging);
  const can = useCan();
  const stop = useStop(batchId);
  const batch = useQuery(batchQuery(batchId));
  const messages = useQuery(batchMessagesQuery(batchId, batch.data?.done ?? false));
  if (batch.error && !batch.data) return <Problem error={batch.error} />;
  if (!batch.data) return <Skeleton className="h-40" />;
  const { counts, done, recipients, skipped, skippedCount, queueId, stopped, state } = batch.data;
  const count = (status: string) => counts[status] ?? 0;
  const failed = count("failed");
  const all = recipients - skippedCount - stopped;
  const gone = count("sent") + count("delivered") + count("read") + failed;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col gap-2">
        <p role="status" className="flex items-center gap-2 font-medium">
          {done ? <Icon of={CircleCheck} className="text-ok" /> : <Spinner className="text-brand" />}
          {done ? t.allDone : t.sendingNow}
          <span className="ms-auto text-sm font-normal text-muted">{t.progress(number(gone), number(all))}</span>
        </p>
        <Progress label={t.progressTitle} of={all} done={gone} />
        {!done && can("messages:send") && (
          <Button size="sm" icon={CircleStop} className="self-start" busy={stop.isPending || state === "stopping"} onClick={() => stop.mutate()}>
            {t.stop}
          </Button>
        )}
      </div>
      {stopped > 0 && <p className="text-muted">{t.stopped(stopped)}</p>}
      {failed > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-2 rounded-lg border border-bad bg-bad-soft p-3">
          <p className="font-medium text-bad">{t.someFailed(failed)}</p>
          <Link to="/messages/failed" onClick={onClose} className={buttonClass("plain", "sm")}>
            {t.showFailed}
          </Link>
        </div>
      )}
      <Skipped skipped={skipped} count={skippedCount} queueId={queueId ?? undefined} />
      <Counts counts={counts} />
      {messages.data && <Messages messages={messages.data} />}
      {all > SHOWN && <p className="text-sm text-muted">{t.firstShown}</p>}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Link to="/messages" search={{ batch: batchId }} onClick={onClose} className="text-brand underline">
          {t.sameSend}
        </Link>
        <Button look="primary" onClick={onClose}>
          {t.done}
        </Button>
      </div>
    </div>
  );
}

/** So many messages of a send are listed; the log has all. */
const SHOWN = 200;

/** How many messages stand at each tick. */
function Counts({ counts }: { counts: Record<string, number> }) {
  const t = useTexts(messaging);
  const some = STATUSES.filter((status) => (counts[status] ?? 0) > 0);
  return (
    <ul aria-label={t.countLabel} className="flex flex-wrap gap-x-4 gap-y-1">
      {some.map((status) => (
        <li key={status} className="flex items-center gap-1.5">
          <Ticks of={status} />
          <Num of={counts[status] ?? 0} className="text-sm font-semibold" />
        </li>
      ))}
    </ul>
  );
}

const idOf = ({ id }: MessageView) => id;

function Messages({ messages }: { messages: MessageView[] }) {
  const t = useTexts(messaging);
  const row = (message: MessageView) => (
    <div className="flex flex-wrap items-center justify-between gap-x-3 px-3 py-2.5">
      <Bdi className="min-w-0">{message.fullName}</Bdi>
      <Ticks of={message.status} />
      {message.explanation && <p className="w-full text-sm text-muted">{message.explanation}</p>}
    </div>
  );
  if (messages.length > 30) {
    return (
      <VirtualList label={t.recipientsLabel} items={messages} idOf={idOf} height={46} className="h-[40dvh] rounded-lg border border-hairline">
        {row}
      </VirtualList>
    );
  }
  return (
    <ul className="flex flex-col divide-y divide-hairline rounded-lg border border-hairline">
      {messages.map((message) => (
        <li key={message.id}>{row(message)}</li>
      ))}
    </ul>
  );
}

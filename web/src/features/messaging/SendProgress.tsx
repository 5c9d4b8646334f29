import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { Button, buttonClass } from "@/ui/Button";
import { Progress, Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Spinner } from "@/ui/Spinner";
import { Ticks } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { batchMessagesQuery, batchQuery } from "./queries";
import { messaging } from "./texts";

/** How far a send is, and each message's ticks. */
export function SendProgress({ batchId, onClose }: { batchId: string; onClose: () => void }) {
  const t = useTexts(messaging);
  const batch = useQuery(batchQuery(batchId));
  const messages = useQuery(batchMessagesQuery(batchId));
  if (batch.error && !batch.data) return <Problem error={batch.error} />;
  if (!batch.data) return <Skeleton className="h-40" />;
  const { counts, done, recipients, skippedCount, stopped } = batch.data;
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
      <ul className="flex flex-col divide-y divide-hairline rounded-lg border border-hairline">
        {messages.data?.map((message) => (
          <li key={message.id} className="flex flex-wrap items-center justify-between gap-x-3 px-3 py-2.5">
            <Bdi className="min-w-0">{message.fullName}</Bdi>
            <Ticks of={message.status} />
            {message.explanation && <p className="w-full text-sm text-muted">{message.explanation}</p>}
          </li>
        ))}
      </ul>
      <Button look="primary" onClick={onClose} className="self-end">
        {t.done}
      </Button>
    </div>
  );
}

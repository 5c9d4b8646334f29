import { useEffect, useRef } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";

import type { ImportView, UploadView } from "@/api/generated";
import { Broken } from "@/app/Crash";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { Button, buttonClass } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Progress, Skeleton } from "@/ui/Empty";
import { Problem, useSending } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Spinner } from "@/ui/Spinner";

import { importQuery, useCommit } from "./queries";
import { RepairButton } from "./RepairButton";
import { OWN } from "./RowCard";
import { imports } from "./texts";

interface DoneStepProps {
  queueId: string;
  upload: UploadView;
  onAnother: () => void;
}

/** The import runs, and what became of every row. Whoever comes back to it sees how it stands. */
export function DoneStep({ queueId, upload, onAnother }: DoneStepProps) {
  const t = useTexts(imports);
  const standing = useQuery({ ...importQuery(queueId, upload.uploadId), staleTime: 0 });
  const sending = useSending();
  const commit = useCommit(queueId, upload.uploadId);
  const begun = useRef(false);
  const run = () => void sending.submit(async (key) => void (await commit(key([queueId, upload.uploadId]))));
  const waits = standing.data !== undefined && !standing.data.finished;
  useEffect(() => {
    if (!waits || begun.current) return;
    begun.current = true;
    run();
  });
  if (standing.error && !standing.data) return <Broken part error={standing.error} retry={() => void standing.refetch()} />;
  if (!standing.data) return <Skeleton className="h-40" />;
  if (standing.data.finished) {
    return <Result done={standing.data} queueId={queueId} uploadId={upload.uploadId} onAnother={onAnother} />;
  }
  const { done, of } = standing.data;
  return (
    <Card>
      {sending.error === undefined ? (
        <p role="status" className="flex flex-wrap items-center gap-2 font-medium">
          <Spinner className="text-brand" />
          {t.adding}
          <span className="ms-auto text-sm font-normal text-muted">{t.progress(number(done), number(of))}</span>
        </p>
      ) : (
        <Problem error={sending.error}>{done > 0 && <p>{t.stopped}</p>}</Problem>
      )}
      <Progress label={t.progressLabel} of={of} done={done} />
      {sending.error !== undefined && (
        <div className="flex flex-wrap gap-2">
          <Button look="primary" onClick={run}>
            {t.resume}
          </Button>
          <Button onClick={onAnother}>{t.another}</Button>
        </div>
      )}
    </Card>
  );
}

interface ResultProps {
  done: ImportView;
  queueId: string;
  uploadId: string;
  onAnother: () => void;
}

function Result({ done, queueId, uploadId, onAnother }: ResultProps) {
  const t = useTexts(imports);
  const rows = [
    [t.totals.added, done.added],
    [t.totals.already, done.alreadyCount],
    [t.totals.refused, done.skippedCount],
    [t.totals.leftOut, done.leftOut],
  ] as const;
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          <Icon of={CircleCheck} className="size-6 text-ok" />
          <span role="status">{t.doneTitle}</span>
        </span>
      }
    >
      <dl className="grid max-w-md grid-cols-[1fr_auto] gap-x-6 gap-y-2">
        {rows.map(([label, count]) => (
          <div key={label} className="col-span-2 grid grid-cols-subgrid">
            <dt className={count === 0 ? "text-muted" : undefined}>{label}</dt>
            <dd className="text-end font-semibold">
              <Num of={count} />
            </dd>
          </div>
        ))}
        <div className="col-span-2 grid grid-cols-subgrid border-t border-hairline pt-2 font-semibold">
          <dt>{t.totals.read}</dt>
          <dd className="text-end">
            <Num of={done.read} />
          </dd>
        </div>
      </dl>
      {done.added > 0 && <p className="text-sm text-muted">{t.newOnes(done.created)}</p>}
      {done.skippedCount > 0 && <Refused done={done} queueId={queueId} uploadId={uploadId} />}
      <div className="flex flex-wrap gap-2">
        <Link to="/queues/$queueId" params={{ queueId }} className={buttonClass("primary")}>
          {t.openQueue}
        </Link>
        <Button onClick={onAnother}>{t.another}</Button>
      </div>
    </Card>
  );
}

const isField = (name: string | null | undefined): name is (typeof OWN)[number] => OWN.some((field) => field === name);

/** So many refused rows are named beside the totals; the file has all of them. */
const NAMED = 50;

function Refused({ done, queueId, uploadId }: Omit<ResultProps, "onAnother">) {
  const t = useTexts(imports);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="font-semibold">{t.whyTitle}</h3>
        <RepairButton queueId={queueId} uploadId={uploadId} />
      </div>
      <ul
        aria-label={t.whyTitle}
        tabIndex={0}
        className="flex max-h-72 flex-col divide-y divide-hairline overflow-y-auto rounded-lg border border-hairline"
      >
        {done.skipped.slice(0, NAMED).map((skip) => (
          <li key={skip.row} className="flex flex-wrap gap-x-3 px-3 py-2 text-sm">
            <span className="numerals text-muted">{t.row(skip.row)}</span>
            <span className="min-w-0">
              {isField(skip.field) && `${t.field[skip.field]}: `}
              {skip.message}
            </span>
          </li>
        ))}
      </ul>
      <p className="text-sm text-muted">{t.repairHint}</p>
    </div>
  );
}

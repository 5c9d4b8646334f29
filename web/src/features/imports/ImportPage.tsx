import { useEffect, useRef, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Check } from "lucide-react";

import type { UploadView } from "@/api/generated";
import { Broken } from "@/app/Crash";
import { queueQuery } from "@/features/queues/queries";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { Back } from "@/ui/Back";
import { cx } from "@/ui/cx";
import { Skeleton } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";
import { Bdi } from "@/ui/Text";

import { ColumnsStep } from "./ColumnsStep";
import { DoneStep } from "./DoneStep";
import { FileStep } from "./FileStep";
import { uploadQuery } from "./queries";
import { STEPS, type Step } from "./routes";
import { RowsStep } from "./RowsStep";
import { imports } from "./texts";

const route = getRouteApi("/queues/$queueId/import");

/** From a file to people in the line: each step has its address, so that going back loses nothing. */
export function ImportPage() {
  const t = useTexts(imports);
  const { queueId } = route.useParams();
  const { upload: uploadId, step = "file", show } = route.useSearch();
  const navigate = route.useNavigate();
  const queue = useQuery(queueQuery(queueId));
  const heading = useRef<HTMLDivElement>(null);
  const last = useRef<Step>(step);
  useEffect(() => {
    // Who follows by keyboard or ear is led to the next step.
    if (last.current !== step) heading.current?.focus();
    last.current = step;
  }, [step]);
  if (queue.error && !queue.data) return <Broken error={queue.error} retry={() => void queue.refetch()} />;
  if (!queue.data) return <Skeleton className="m-6 h-72" />;
  const go = (to: Step, upload = uploadId) =>
    void navigate({ search: { ...(upload && { upload }), ...(to !== "file" && { step: to }) } });
  const { clinicId } = queue.data;
  return (
    <Page
      title={t.title}
      intro={t.intoQueue(queue.data.doctorName)}
      width="wide"
      back={
        <Back to="/queues/$queueId" params={{ queueId }}>
          <Bdi>{queue.data.doctorName}</Bdi>
        </Back>
      }
    >
      <Steps at={step} />
      <div ref={heading} tabIndex={-1} className="flex min-w-0 flex-col gap-4 outline-none">
        {step === "file" && (
          <FileStep uploadId={uploadId} clinicId={clinicId} onSent={(id) => go("columns", id)} />
        )}
        {step !== "file" && uploadId && (
          <Opened uploadId={uploadId} onFile={() => go("file")}>
            {(upload) =>
              step === "columns" ? (
                <ColumnsStep
                  key={upload.uploadId}
                  upload={upload}
                  clinicId={clinicId}
                  onRead={(id) => void navigate({ search: { upload: id, step: "columns" }, replace: true })}
                  onBack={() => go("file")}
                  onNext={() => go("rows")}
                />
              ) : step === "rows" ? (
                <RowsStep
                  queueId={queueId}
                  upload={upload}
                  show={show}
                  onShow={(kind) => void navigate({ search: (old) => withKind(old, kind), replace: true })}
                  onBack={() => go("columns")}
                  onNext={() => go("done")}
                />
              ) : (
                <DoneStep queueId={queueId} upload={upload} onAnother={() => void navigate({ search: {} })} />
              )
            }
          </Opened>
        )}
      </div>
    </Page>
  );
}

function withKind(old: ReturnType<typeof route.useSearch>, kind: typeof old.show) {
  const { show: _, ...rest } = old;
  return kind ? { ...rest, show: kind } : rest;
}

interface OpenedProps {
  uploadId: string;
  onFile: () => void;
  children: (upload: UploadView) => ReactNode;
}

/** The staged file; one whose time is over is chosen again. */
function Opened({ uploadId, onFile, children }: OpenedProps) {
  const upload = useQuery(uploadQuery(uploadId));
  if (upload.error && !upload.data) return <Broken part error={upload.error} retry={onFile} />;
  if (!upload.data) return <Skeleton className="h-72" />;
  return children(upload.data);
}

function Steps({ at }: { at: Step }) {
  const t = useTexts(imports);
  const now = STEPS.indexOf(at);
  return (
    <nav aria-label={t.stepsLabel}>
      <p className="sr-only" role="status">
        {`${t.nowAt(now + 1, STEPS.length)}: ${t.steps[at]}`}
      </p>
      <ol className="grid grid-cols-4 gap-1.5">
        {STEPS.map((step, n) => (
          <li
            key={step}
            aria-current={n === now ? "step" : undefined}
            className={cx(
              "flex min-w-0 flex-col gap-1.5 text-sm sm:flex-row sm:items-center",
              n === now ? "font-semibold text-brand-ink" : "text-muted",
            )}
          >
            <span
              aria-hidden
              className={cx(
                "numerals flex size-7 shrink-0 items-center justify-center rounded-full border text-xs",
                n < now ? "border-brand bg-brand text-on-brand" : n === now ? "border-brand bg-brand-soft" : "border-line",
              )}
            >
              {n < now ? <Icon of={Check} className="size-4" /> : number(n + 1)}
            </span>
            {t.steps[step]}
          </li>
        ))}
      </ol>
    </nav>
  );
}

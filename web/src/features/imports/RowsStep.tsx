import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { ListX } from "lucide-react";

import type { RowView, UploadView } from "@/api/generated";
import { Broken } from "@/app/Crash";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { FilterChips } from "@/ui/FilterChips";
import { toast } from "@/ui/Toast";
import { VirtualList } from "@/ui/VirtualList";

import { rowsQuery, useChangeUpload } from "./queries";
import { Refused } from "./Refused";
import { RepairButton } from "./RepairButton";
import { RowCard } from "./RowCard";
import { KINDS, type Kind } from "./routes";
import { imports } from "./texts";

interface RowsStepProps {
  queueId: string;
  upload: UploadView;
  show: Kind | undefined;
  onShow: (kind: Kind | undefined) => void;
  onBack: () => void;
  onNext: () => void;
}

const idOf = (row: RowView) => String(row.row);

/** Every row as it would be added: repaired in place, or left out. */
export function RowsStep({ queueId, upload, show, onShow, onBack, onNext }: RowsStepProps) {
  const t = useTexts(imports);
  const rows = useQuery(rowsQuery(upload.uploadId));
  const change = useChangeUpload(upload);
  const [edited, setEdited] = useState<number>();
  const [refused, setRefused] = useState<unknown>();
  // What was repaired under a filter stays in sight until another one is chosen.
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set());
  if (rows.error && !rows.data) return <Broken part error={rows.error} retry={() => void rows.refetch()} />;
  const { ready, warning, error, leftOut } = upload.counts;
  const shown = rows.data?.filter((row) => !show || row.status === show || kept.has(row.row)) ?? [];
  const keep = (row: number) => setKept((before) => new Set(before).add(row));
  const leave = (row: RowView) => {
    const leaveOut = row.status !== "leftOut";
    keep(row.row);
    setRefused(undefined);
    change.row({ row: row.row, leaveOut }).then(() => leaveOut && toast({ text: t.leftOutRow(row.row) }), setRefused);
  };
  const chips = [
    { id: "" as const, label: t.all, count: upload.rows },
    ...KINDS.filter((kind) => upload.counts[kind] > 0 || kind === show).map((kind) => ({
      id: kind,
      label: t.kind[kind],
      count: upload.counts[kind],
    })),
  ];
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{t.rowsTitle}</h2>
        {error > 0 && <RepairButton queueId={queueId} uploadId={upload.uploadId} />}
      </div>
      <FilterChips
        label={t.kinds}
        chips={chips}
        chosen={show ?? ""}
        onChoose={(kind) => {
          setKept(new Set());
          setEdited(undefined);
          onShow(kind === "" ? undefined : kind);
        }}
      />
      {refused !== undefined && <Refused error={refused} stale={t.staleRow} />}
      {!rows.data && <Skeleton className="h-72" />}
      {rows.data && shown.length === 0 && <Empty icon={ListX} title={t.noneOfKind} />}
      {shown.length > 0 && (
        <VirtualList
          label={t.rowsList}
          items={shown}
          idOf={idOf}
          height={96}
          className="h-[58dvh] min-h-72"
        >
          {(row) => (
            <RowCard
              row={row}
              upload={upload}
              editing={edited === row.row}
              change={change}
              onEdit={() => setEdited(row.row)}
              onLeave={() => leave(row)}
              onClose={() => setEdited(undefined)}
              onSaved={() => {
                keep(row.row);
                setEdited(undefined);
              }}
            />
          )}
        </VirtualList>
      )}
      <div className="sticky bottom-16 z-10 flex flex-wrap items-center gap-3 border-t border-hairline bg-bg py-3 md:bottom-0">
        <Button onClick={onBack}>{t.back}</Button>
        <p role="status" className="min-w-0 flex-1 text-sm text-muted">
          {error > 0 && t.errorsStay(error)}
          {error === 0 && leftOut > 0 && `${t.kind.leftOut}: ${number(leftOut)}`}
        </p>
        <Button look="primary" off={ready + warning === 0} onClick={onNext}>
          {t.add(ready + warning)}
        </Button>
      </div>
    </>
  );
}

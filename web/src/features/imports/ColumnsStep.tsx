import { useState } from "react";
import { EyeOff } from "lucide-react";

import type { ColumnView, UploadField, UploadView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { list } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Select } from "@/ui/Field";
import { Problem, useSending } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Bdi } from "@/ui/Text";

import { heldFile } from "./held";
import { useChangeUpload, useSendFile } from "./queries";
import { imports } from "./texts";

const FIELDS: UploadField[] = ["fullName", "phoneNumber", "localId", "nationalId", "metadata", "ignored"];

interface ColumnsStepProps {
  upload: UploadView;
  clinicId: string | undefined;
  /** The file was read otherwise: this is what stands now. */
  onRead: (uploadId: string) => void;
  onBack: () => void;
  onNext: (uploadId: string) => void;
}

/** What each column holds, as it was recognised, to be corrected. */
export function ColumnsStep({ upload, clinicId, onRead, onBack, onNext }: ColumnsStepProps) {
  const t = useTexts(imports);
  const [chosen, setChosen] = useState<Record<number, UploadField>>({});
  const change = useChangeUpload(upload);
  const fieldOf = (column: ColumnView) => chosen[column.column] ?? column.field;
  const used = new Set(upload.columns.map(fieldOf));
  const missing = (["fullName", "phoneNumber"] as const).filter((field) => !used.has(field));
  const next = () => {
    const columns = upload.columns
      .filter((column) => fieldOf(column) !== column.field)
      .map((column) => ({ column: column.column, field: fieldOf(column) }));
    if (columns.length === 0) return onNext(upload.uploadId);
    change.mutate({ columns }, { onSuccess: () => onNext(upload.uploadId) });
  };
  return (
    <>
      <ReadOtherwise upload={upload} clinicId={clinicId} onRead={onRead} />
      <section aria-labelledby="columns" className="flex flex-col gap-3">
        <div>
          <h2 id="columns" className="text-lg font-semibold">
            {t.columnsTitle}
          </h2>
          <p className="text-sm text-muted">{t.columnsIntro}</p>
        </div>
        {change.error && <Problem error={change.error} />}
        <ul className="flex flex-col divide-y divide-hairline rounded-xl border border-hairline bg-surface">
          {upload.columns.map((column) => (
            <li key={column.column} className="grid items-center gap-x-4 gap-y-2 p-3 sm:grid-cols-[1fr_1.3fr_14rem]">
              <Bdi className="min-w-0 font-medium">{column.header}</Bdi>
              <Samples of={column.samples} />
              <Select
                label={t.usedFor(column.header)}
                hideLabel
                name={`column-${column.column}`}
                value={fieldOf(column)}
                options={FIELDS.map((field) => ({ value: field, label: t.field[field] }))}
                onText={(field) => setChosen(moved(upload.columns, chosen, column.column, field as UploadField))}
              />
            </li>
          ))}
        </ul>
      </section>
      <div className="sticky bottom-16 z-10 flex flex-wrap items-center gap-3 border-t border-hairline bg-bg py-3 md:bottom-0">
        <Button onClick={onBack}>{t.back}</Button>
        <p role="status" className="min-w-0 flex-1 text-sm text-warn">
          {missing.length > 0 && t.missing(list(missing.map((field) => t.field[field])))}
        </p>
        <Button look="primary" off={missing.length > 0} busy={change.isPending} onClick={next}>
          {t.toRows}
        </Button>
      </div>
    </>
  );
}

/** Of the numbers of files and of identity cards there is one column each: the former one is kept as it is. */
function moved(
  columns: ColumnView[],
  chosen: Record<number, UploadField>,
  column: number,
  field: UploadField,
): Record<number, UploadField> {
  const now = { ...chosen, [column]: field };
  if (field !== "localId" && field !== "nationalId") return now;
  for (const other of columns) {
    if (other.column !== column && (now[other.column] ?? other.field) === field) now[other.column] = "metadata";
  }
  return now;
}

function Samples({ of }: { of: string[] }) {
  const t = useTexts(imports);
  return (
    <p className="flex min-w-0 flex-wrap gap-1.5 text-sm text-muted">
      <span className="sr-only">{t.examples}</span>
      {of.length === 0 && t.noExamples}
      {of.map((sample) => (
        <Bdi key={sample} className="max-w-full truncate rounded bg-raised px-2 py-0.5">
          {sample}
        </Bdi>
      ))}
    </p>
  );
}

/** Another sheet, and what is hidden in this one: the file is read once more. */
function ReadOtherwise({ upload, clinicId, onRead }: Pick<ColumnsStepProps, "upload" | "clinicId" | "onRead">) {
  const t = useTexts(imports);
  const sending = useSending();
  const sendFile = useSendFile();
  const { rows, columns, included } = upload.hidden;
  const held = heldFile(upload.uploadId);
  if (upload.sheets.length < 2 && rows + columns === 0) return null;
  const read = (sheet: string | undefined, hidden: boolean) =>
    void sending.submit(async (key) => {
      if (!held) return;
      const again = await sendFile({ ...held, clinicId, hidden, ...(sheet && { sheet }) }, key([upload.uploadId, sheet, hidden]));
      onRead(again.uploadId);
    });
  const what = [rows > 0 && t.hiddenRows(rows), columns > 0 && t.hiddenColumns(columns)].filter((one) => one !== false);
  return (
    <Card>
      {sending.error !== undefined && <Problem error={sending.error} />}
      {upload.sheets.length > 1 && (
        <Select
          label={t.sheet}
          name="sheet"
          hint={held ? t.sheetHint : t.needsFile}
          value={upload.sheet ?? ""}
          disabled={!held || sending.busy}
          className="max-w-md"
          options={upload.sheets.map(({ name, hidden }) => ({ value: name, label: hidden ? t.sheetHidden(name) : name }))}
          onText={(sheet) => read(sheet, included)}
        />
      )}
      {what.length > 0 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <p role="status" className="flex min-w-0 flex-1 basis-64 gap-2">
            <Icon of={EyeOff} className="mt-0.5 text-warn" />
            {included ? t.hiddenRead(list(what)) : t.hiddenLeft(list(what))}
          </p>
          {held ? (
            <Button size="sm" busy={sending.busy} onClick={() => read(upload.sheet ?? undefined, !included)}>
              {included ? t.readShown : t.readHidden}
            </Button>
          ) : (
            <p className="text-sm text-muted">{t.needsFile}</p>
          )}
        </div>
      )}
    </Card>
  );
}

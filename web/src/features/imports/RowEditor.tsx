import { useEffect, useId, useRef, useState, type SubmitEvent } from "react";

import type { IssueView, RowChange, RowView, UploadView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { folded } from "@/lib/digits";
import { Button } from "@/ui/Button";
import { useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";

import { Refused } from "./Refused";
import { headerOf, Issues, OWN, written, type RowCardProps } from "./RowCard";
import { imports } from "./texts";

/** A row's cells to be written anew: the patient's own, and the others that are wrong. Enter saves, Escape gives up. */
export function RowEditor({ row, upload, change, onClose, onSaved }: RowCardProps) {
  const t = useTexts(imports);
  const form = useRef<HTMLFormElement>(null);
  const sending = useSending();
  const cells = othersOf(row, upload);
  const before = useState(() => startOf(row))[0];
  const [typed, setTyped] = useState<Record<string, string>>(before);
  useEffect(() => {
    const first = form.current?.querySelector<HTMLInputElement>("[aria-invalid]") ?? form.current?.querySelector("input");
    first?.focus();
  }, []);
  useEffect(() => {
    const at = form.current;
    const escape = (event: KeyboardEvent) => event.key === "Escape" && onClose();
    at?.addEventListener("keydown", escape);
    return () => at?.removeEventListener("keydown", escape);
  });
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const body = changeOf(row.row, before, typed, cells);
    if (!body) return onClose();
    void save(body);
  };
  const save = (body: RowChange) =>
    sending.submit(async () => {
      const now = await change.row(body);
      toast({ text: now?.status === "error" ? t.stillWrong(row.row) : t.savedRow(row.row) });
      onSaved();
    });
  const takeFile = () => {
    const nothing = Object.fromEntries(OWN.map((field) => [field, null]));
    const kept = Object.fromEntries(cells.map(({ column }) => [String(column), null]));
    void save({ row: row.row, ...nothing, cells: kept });
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={send}
      className="flex flex-col gap-3"
    >
      {sending.error !== undefined && <Refused error={sending.error} stale={t.stale} />}
      <div className="grid gap-3 sm:grid-cols-2">
        {OWN.map((field) => (
          <Cell
            key={field}
            label={t.field[field]}
            value={typed[field] ?? ""}
            isNumber={field !== "fullName"}
            issues={row.issues.filter((issue) => issue.field === field)}
            onText={(text) => setTyped({ ...typed, [field]: text })}
          />
        ))}
        {cells.map(({ field, header }) => (
          <Cell
            key={field}
            label={header}
            value={typed[field] ?? ""}
            issues={row.issues.filter((issue) => issue.field === field)}
            onText={(text) => setTyped({ ...typed, [field]: text })}
          />
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" size="sm" busy={sending.busy}>
          {t.saveRow}
        </Button>
        <Button size="sm" onClick={onClose}>
          {t.cancel}
        </Button>
        {(row.changed?.length ?? 0) > 0 && (
          <Button look="quiet" size="sm" onClick={takeFile}>
            {t.asInFile}
          </Button>
        )}
      </div>
    </form>
  );
}

interface Other {
  field: string;
  header: string;
  column: number;
}

/** The columns that are kept as they are and in which something is wrong, or was changed. */
function othersOf(row: RowView, upload: UploadView): Other[] {
  const fields = [...row.issues.map(({ field }) => field), ...(row.changed ?? [])].filter((field) => field.startsWith("metadata."));
  return [...new Set(fields)].flatMap((field) => {
    const column = upload.columns.find(({ header }) => header === headerOf(field));
    return column ? [{ field, header: column.header, column: column.column }] : [];
  });
}

function startOf(row: RowView): Record<string, string> {
  const start: Record<string, string> = {};
  for (const field of OWN) start[field] = row[field] ?? written(row.issues.filter((issue) => issue.field === field)) ?? "";
  for (const [header, text] of Object.entries(row.metadata ?? {})) start[`metadata.${header}`] = text;
  return start;
}

/** What was typed as a change; none if nothing was. */
function changeOf(
  row: number,
  before: Record<string, string>,
  typed: Record<string, string>,
  cells: Other[],
): RowChange | undefined {
  const differs = (name: string) => (typed[name] ?? "") !== (before[name] ?? "");
  const own = OWN.filter(differs).map((field) => [field, typed[field] ?? ""]);
  const others = cells.filter(({ field }) => differs(field)).map(({ field, column }) => [String(column), typed[field] ?? ""]);
  if (own.length + others.length === 0) return undefined;
  return { row, ...Object.fromEntries(own), ...(others.length > 0 && { cells: Object.fromEntries(others) }) };
}

interface CellProps {
  label: string;
  value: string;
  isNumber?: boolean;
  issues: IssueView[];
  onText: (text: string) => void;
}

function Cell({ label, value, isNumber, issues, onText }: CellProps) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        value={value}
        dir={isNumber ? "ltr" : "auto"}
        autoComplete="off"
        aria-invalid={issues.length > 0 || undefined}
        aria-describedby={issues.length > 0 ? `${id}-issues` : undefined}
        className="control w-full aria-invalid:border-bad rtl:[&[dir=ltr]]:text-end"
        onChange={(event) => onText(isNumber ? folded(event.target.value) : event.target.value)}
      />
      <Issues of={issues} id={`${id}-issues`} />
    </div>
  );
}

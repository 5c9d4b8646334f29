import { CircleAlert, CircleCheck, CircleMinus, Pencil, TriangleAlert, Undo2, type LucideIcon } from "lucide-react";
import { useEffect, useRef } from "react";

import type { IssueView, RowStatus, RowView, UploadView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr, Phone } from "@/ui/Text";

import type { useChangeUpload } from "./queries";
import { RowEditor } from "./RowEditor";
import { imports } from "./texts";

/** The fields of a patient's own, in their order. */
export const OWN = ["fullName", "phoneNumber", "localId", "nationalId"] as const;

const LOOKS: Record<RowStatus, ["ok" | "warn" | "bad" | "idle", LucideIcon]> = {
  ready: ["ok", CircleCheck],
  warning: ["warn", TriangleAlert],
  error: ["bad", CircleAlert],
  leftOut: ["idle", CircleMinus],
};

/** What only warns, and keeps nobody from being added. */
const WARNINGS = ["DuplicateInFile", "InvisibleCharactersRemoved", "NotMobile", "LabelRemoved"];

export interface RowCardProps {
  row: RowView;
  upload: UploadView;
  editing: boolean;
  change: Pick<ReturnType<typeof useChangeUpload>, "row">;
  onEdit: () => void;
  onLeave: () => void;
  onClose: () => void;
  onSaved: () => void;
}

export function RowCard(props: RowCardProps) {
  const { row, editing, onEdit, onLeave } = props;
  const t = useTexts(imports);
  const edit = useRef<HTMLButtonElement>(null);
  const was = useRef(editing);
  useEffect(() => {
    // Who closes the form by keyboard is where they opened it.
    if (was.current && !editing) edit.current?.focus();
    was.current = editing;
  }, [editing]);
  const [tone, icon] = LOOKS[row.status];
  const isOut = row.status === "leftOut";
  return (
    <article
      aria-label={t.row(row.row)}
      className={cx("flex flex-col gap-2 rounded-lg border bg-surface p-3", row.status === "error" ? "border-bad" : "border-hairline")}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="numerals text-sm text-muted">{t.row(row.row)}</span>
        <Badge tone={tone} icon={icon}>
          {t.kind[row.status]}
        </Badge>
        {(row.changed?.length ?? 0) > 0 && <Badge tone="info">{t.mended}</Badge>}
        {!editing && (
          <span className="ms-auto flex gap-1">
            {!isOut && (
              <Button ref={edit} look="quiet" size="sm" icon={Pencil} aria-label={t.editRow(row.row)} onClick={onEdit}>
                {t.edit}
              </Button>
            )}
            <Button
              look="quiet"
              size="sm"
              icon={isOut ? Undo2 : CircleMinus}
              aria-label={isOut ? t.takeBackRow(row.row) : t.leaveOutRow(row.row)}
              onClick={onLeave}
            >
              {isOut ? t.takeBack : t.leaveOut}
            </Button>
          </span>
        )}
      </div>
      {editing ? <RowEditor {...props} /> : <Cells row={row} />}
    </article>
  );
}

/** The cells that hold something or are wrong, each with what is said of it. */
function Cells({ row }: { row: RowView }) {
  const t = useTexts(imports);
  const own = OWN.filter((field) => row[field] !== undefined || row.issues.some((issue) => issue.field === field));
  const others = row.issues.filter((issue) => !OWN.some((field) => field === issue.field));
  return (
    <dl className={cx("flex flex-wrap gap-x-6 gap-y-2", row.status === "leftOut" && "text-muted line-through")}>
      {own.map((field) => {
        const issues = row.issues.filter((issue) => issue.field === field);
        return (
          <div key={field} className="min-w-0">
            <dt className="text-xs text-muted">{t.field[field]}</dt>
            <dd>
              <Value field={field} value={row[field] ?? written(issues)} />
              <Issues of={issues} />
            </dd>
          </div>
        );
      })}
      {others.map((issue) => (
        <div key={`${issue.field} ${issue.code}`} className="min-w-0">
          <dt className="text-xs text-muted">
            <Bdi>{headerOf(issue.field)}</Bdi>
          </dt>
          <dd>
            <Issues of={[issue]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The header of a column that is kept as it is, of `metadata.header`. */
export const headerOf = (field: string) => field.replace(/^metadata\./, "");

/** What was written where it was refused. */
export function written(issues: IssueView[]): string | undefined {
  return issues.find((issue) => issue.value)?.value ?? undefined;
}

function Value({ field, value }: { field: (typeof OWN)[number]; value: string | null | undefined }) {
  const t = useTexts(imports);
  if (!value) return <span className="text-muted">{t.empty}</span>;
  if (field === "fullName") return <Bdi className="font-medium">{value}</Bdi>;
  if (field === "phoneNumber" && /^\+\d+$/.test(value)) return <Phone of={value} />;
  // A phone that was refused may have words in it.
  return /\p{L}/u.test(value) ? <Bdi>{value}</Bdi> : <Ltr>{value}</Ltr>;
}

export function Issues({ of, id }: { of: IssueView[]; id?: string }) {
  if (of.length === 0) return null;
  return (
    <ul id={id} className="text-sm">
      {of.map((issue) => {
        const warns = WARNINGS.includes(issue.code);
        return (
          <li key={issue.code} className={cx("flex items-start gap-1", warns ? "text-warn" : "text-bad")}>
            <Icon of={warns ? TriangleAlert : CircleAlert} className="mt-1 size-3.5" />
            <span className="min-w-0">{issue.message}</span>
          </li>
        );
      })}
    </ul>
  );
}

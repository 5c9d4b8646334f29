import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { GitCompareArrows } from "lucide-react";

import { useTexts } from "@/i18n/texts";

import { Button } from "./Button";
import { Icon } from "./Icon";
import { common } from "./texts";
import type { Versioned } from "./versioned";

export interface Difference<Id extends string = string> {
  id: Id;
  label: string;
  /** What stands now. */
  theirs: ReactNode;
  /** What was typed; left out where only the other one changed something. */
  mine?: ReactNode;
}

interface ConflictProps<Id extends string> {
  differences: Difference<Id>[];
  busy: boolean;
  /** Saves what was typed, but for these: of them stays what stands now. */
  onSave: (given: Id[]) => void;
  /** What was typed is let go. */
  onDiscard: () => void;
}

const FIELDS = "input:not(:disabled), textarea:not(:disabled), select:not(:disabled)";

/** Somebody else changed the same thing in the meantime: both versions side by side, and a choice for each field. */
export function Conflict<Id extends string>({ differences, busy, onSave, onDiscard }: ConflictProps<Id>) {
  const t = useTexts(common);
  const box = useRef<HTMLDivElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const group = useId();
  const [given, setGiven] = useState<Id[]>([]);
  useEffect(() => {
    notice.current?.focus();
    const around = box.current?.parentElement;
    const at = [...(around?.children ?? [])].findIndex((one) => one === box.current);
    return () => {
      // The form takes its place, and the focus that fell with the button that was pressed.
      if (document.activeElement === document.body) around?.children[at]?.querySelector<HTMLElement>(FIELDS)?.focus();
    };
  }, []);
  const choose = (id: Id, keep: boolean) => setGiven((before) => [...before.filter((one) => one !== id), ...(keep ? [] : [id])]);
  const contested = differences.filter(({ mine }) => mine !== undefined);
  return (
    <div ref={box} className="flex flex-col gap-4">
      <div ref={notice} role="alert" tabIndex={-1} className="flex gap-3 rounded-md border border-warn bg-warn-soft p-3 text-sm outline-none">
        <Icon of={GitCompareArrows} className="mt-0.5 text-warn" />
        <div>
          <p className="font-medium">{t.conflict}</p>
          <p>{contested.length > 0 ? t.conflictHint : t.conflictNone}</p>
        </div>
      </div>
      {differences.map(({ id, label, theirs, mine }) => (
        <fieldset key={id} className="flex flex-col gap-1.5">
          <legend className="mb-1.5 text-sm font-medium">{label}</legend>
          {mine === undefined ? (
            <p className="rounded-md bg-raised px-3 py-2 text-sm">
              <span className="block text-muted">{t.changedMeanwhile}</span>
              {theirs || t.nothing}
            </p>
          ) : (
            <div className="grid gap-2 sm:grid-cols-2">
              <Version name={`${group}-${id}`} title={t.standsNow} chosen={given.includes(id)} onChoose={() => choose(id, false)}>
                {theirs || t.nothing}
              </Version>
              <Version name={`${group}-${id}`} title={t.typed} chosen={!given.includes(id)} onChoose={() => choose(id, true)}>
                {mine || t.nothing}
              </Version>
            </div>
          )}
        </fieldset>
      ))}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={onDiscard}>
          {t.letGo}
        </Button>
        <Button look="primary" busy={busy} onClick={() => onSave(given)}>
          {t.saveChosen}
        </Button>
      </div>
    </div>
  );
}

interface ClashesProps<T extends object> {
  form: Versioned<T>;
  labels: Record<keyof T & string, string>;
  /** A value in words. */
  words: (name: keyof T & string, of: T) => ReactNode;
  busy: boolean;
  onSave: () => void;
}

/** The same of a form: of what both changed somebody chooses, and it is sent again. */
export function Clashes<T extends object>({ form, labels, words, busy, onSave }: ClashesProps<T>) {
  const { clashes, stands, typed } = form;
  const names = clashes as (keyof T & string)[];
  return (
    <Conflict
      differences={names.map((id) => ({ id, label: labels[id], theirs: words(id, stands), mine: words(id, typed) }))}
      busy={busy}
      onSave={(given) => {
        form.give(given);
        onSave();
      }}
      onDiscard={form.discard}
    />
  );
}

interface VersionProps {
  /** The same of both: the arrow keys go from one to the other. */
  name: string;
  title: string;
  chosen: boolean;
  onChoose: () => void;
  children: ReactNode;
}

function Version({ name, title, chosen, onChoose, children }: VersionProps) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className="grid min-h-11 cursor-pointer grid-cols-[auto_minmax(0,1fr)] content-start gap-x-3 rounded-md border border-line bg-surface px-3 py-2 has-checked:border-brand has-checked:bg-brand-soft"
    >
      <input id={id} type="radio" name={name} checked={chosen} onChange={onChoose} className="mt-1 size-4 accent-brand" />
      <span className="text-sm text-muted">{title}</span>
      <span className="col-start-2 whitespace-pre-line">{children}</span>
    </label>
  );
}

import { useEffect, useRef, useState, type KeyboardEvent } from "react";

import { useTexts } from "@/i18n/texts";
import { hijriDay } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Wrong } from "@/ui/form";

import { faultOf, holidayOf, spanOf } from "./holidays";
import { clinics } from "./texts";

interface HolidayEditorProps {
  /** Empty for a new one. */
  holiday: string;
  others: string[];
  onPut: (holiday: string) => void;
  onCancel: () => void;
}

/** A holiday's first and last day, each with its Hijri date while it is chosen. */
export function HolidayEditor({ holiday, others, onPut, onCancel }: HolidayEditorProps) {
  const t = useTexts(clinics);
  const box = useRef<HTMLDivElement>(null);
  const [span, setSpan] = useState(() => {
    const { first, last } = spanOf(holiday);
    return { first, last: last === first ? "" : last };
  });
  const [fault, setFault] = useState<ReturnType<typeof faultOf>>();
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  const change = (next: Partial<typeof span>) => {
    setSpan({ ...span, ...next });
    setFault(undefined);
  };
  const put = () => {
    const found = faultOf(span, others);
    setFault(found);
    if (!found) onPut(holidayOf(span));
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
    if (event.key !== "Enter") return;
    // It belongs to the holiday here, not to the page around it.
    event.preventDefault();
    put();
  };
  return (
    <div
      ref={box}
      role="group"
      aria-label={t.addHoliday}
      className="flex flex-col gap-3 rounded-lg bg-raised p-3"
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label={t.firstDay}
          name="holiday-first"
          type="date"
          onKeyDown={keys}
          value={span.first}
          hint={span.first && hijriDay(span.first)}
          onText={(first) => change({ first })}
        />
        <Field
          label={t.lastDay}
          name="holiday-last"
          type="date"
          onKeyDown={keys}
          min={span.first}
          value={span.last}
          hint={span.last ? hijriDay(span.last) : t.lastDayHint}
          onText={(last) => change({ last })}
        />
      </div>
      {fault && <Wrong>{t.holidayFaults[fault]}</Wrong>}
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="sm" look="quiet" onClick={onCancel}>
          {t.cancel}
        </Button>
        <Button size="sm" onClick={put}>
          {t.putHoliday}
        </Button>
      </div>
    </div>
  );
}

import { useId } from "react";

import type { Day } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { useFieldError } from "@/ui/form";

import { clinics } from "./texts";

/** The week as it begins in most of our countries. */
const DAYS: Day[] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

interface WeekendProps {
  days: Day[];
  onDays: (days: Day[]) => void;
  off: boolean;
}

/** The days on which the organisation is closed. */
export function Weekend({ days, onDays, off }: WeekendProps) {
  const t = useTexts(clinics);
  const id = useId();
  const error = useFieldError("weekend");
  const toggle = (day: Day, closed: boolean) => onDays(DAYS.filter((one) => (one === day ? closed : days.includes(one))));
  return (
    <fieldset aria-describedby={`${id}${error ? "-error" : "-hint"}`} disabled={off} className="flex flex-col gap-2">
      <legend className="mb-2 text-sm font-medium">{t.weekend}</legend>
      <div className="flex flex-wrap gap-2">
        {DAYS.map((day) => (
          <label
            key={day}
            className="relative inline-flex min-h-11 items-center gap-2 rounded-full border border-line bg-surface px-3.5 text-sm transition-colors hover:bg-raised has-checked:border-brand has-checked:bg-brand-soft has-checked:text-brand-ink"
          >
            <input
              type="checkbox"
              name="weekend"
              aria-invalid={error ? true : undefined}
              checked={days.includes(day)}
              onChange={(event) => toggle(day, event.target.checked)}
              className="size-4 accent-brand"
            />
            {t.days[day]}
          </label>
        ))}
      </div>
      {error && (
        <p id={`${id}-error`} className="text-sm text-bad">
          {error}
        </p>
      )}
      <p id={`${id}-hint`} className="text-sm text-muted">
        {t.weekendHint}
      </p>
    </fieldset>
  );
}

import { useLanguage } from "@/i18n/texts";
import { number } from "@/lib/format";

interface Chip<Id extends string> {
  id: Id;
  label: string;
  count?: number;
}

export interface FilterChipsProps<Id extends string> {
  label: string;
  chips: Chip<Id>[];
  chosen: Id;
  onChoose: (id: Id) => void;
}

/** Which of a list are shown: one of a few, with how many there are. */
export function FilterChips<Id extends string>({ label, chips, chosen, onChoose }: FilterChipsProps<Id>) {
  useLanguage();
  return (
    <div role="group" aria-label={label} className="flex flex-wrap gap-2">
      {chips.map((chip) => (
        <button
          key={chip.id}
          type="button"
          aria-pressed={chip.id === chosen}
          onClick={() => onChoose(chip.id)}
          className="inline-flex min-h-9 items-center gap-1.5 rounded-full border border-line bg-surface px-3.5 text-sm transition-colors hover:bg-raised aria-pressed:border-brand aria-pressed:bg-brand-soft aria-pressed:text-brand-ink"
        >
          {chip.label}
          {chip.count !== undefined && <span className="numerals font-semibold">{number(chip.count)}</span>}
        </button>
      ))}
    </div>
  );
}

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";

import { clinics } from "./texts";

interface SaveBarProps {
  isChanged: boolean;
  busy: boolean;
  onDiscard: () => void;
}

/** What was typed, and how it is kept or let go: in sight as long as anything differs, and beside where toasts come up. */
export function SaveBar({ isChanged, busy, onDiscard }: SaveBarProps) {
  const t = useTexts(clinics);
  return (
    <div
      className={cx(
        "flex flex-wrap items-center gap-2",
        isChanged && "sticky bottom-18 z-20 rounded-xl border border-hairline bg-surface p-3 shadow-lg md:bottom-4",
      )}
    >
      <Button type="submit" look="primary" busy={busy} off={!isChanged}>
        {t.save}
      </Button>
      {isChanged && (
        <Button look="quiet" onClick={onDiscard}>
          {t.discard}
        </Button>
      )}
      <p role="status" className="min-w-0 flex-1 text-sm text-muted">
        {isChanged && t.unsaved}
      </p>
    </div>
  );
}

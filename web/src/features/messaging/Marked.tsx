import { RefreshCw, Trash2 } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Field";

import { messaging } from "./texts";

interface MarkedProps {
  /** How many are on the page. */
  of: number;
  chosen: number | "all";
  /** Whether there are other pages. */
  more: boolean;
  busy: boolean;
  onPage: (all: boolean) => void;
  onAll: () => void;
  onRetry: () => void;
  onDismiss: () => void;
}

/** What is marked, and what can be done with it at once. */
export function Marked({ of, chosen, more, busy, onPage, onAll, onRetry, onDismiss }: MarkedProps) {
  const t = useTexts(messaging);
  if (of < 2 && !more) return null;
  const whole = chosen === "all" || chosen === of;
  return (
    <div className="sticky top-0 z-10 flex min-h-13 flex-wrap items-center gap-x-4 gap-y-1 rounded-lg bg-raised px-4 py-1">
      <Checkbox label={t.selectPage} checked={whole} onCheck={onPage} />
      <p role="status" className="text-sm text-muted">
        {chosen === "all" ? t.selectedAll : chosen > 0 && t.selected(chosen)}
      </p>
      {whole && more && chosen !== "all" && (
        <Button look="quiet" size="sm" onClick={onAll}>
          {t.selectAll}
        </Button>
      )}
      {chosen !== 0 && (
        <div className="ms-auto flex flex-wrap gap-2">
          <Button size="sm" icon={RefreshCw} busy={busy} onClick={onRetry}>
            {t.retry}
          </Button>
          <Button size="sm" icon={Trash2} onClick={onDismiss}>
            {t.dismissSelected}
          </Button>
        </div>
      )}
    </div>
  );
}

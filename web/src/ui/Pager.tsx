import { ChevronLeft, ChevronRight, ChevronsLeft } from "lucide-react";

import { useTexts } from "@/i18n/texts";

import { Button } from "./Button";
import { common } from "./texts";

/** From which page each page was come to: tokens name what follows, and nothing names what was before. */
const before = new Map<string, string | undefined>();

interface PagerProps {
  /** The page that is shown; none for the first one. */
  page: string | undefined;
  next: string | null | undefined;
  onPage: (page: string | undefined) => void;
}

/** Leads through a list that is longer than a page, the newest first. */
export function Pager({ page, next, onPage }: PagerProps) {
  const t = useTexts(common);
  if (!page && !next) return null;
  const known = page !== undefined && before.get(page) !== undefined;
  return (
    <nav aria-label={t.pages} className="flex flex-wrap items-center justify-between gap-2">
      <div className="flex gap-2">
        {page && (
          <Button size="sm" icon={ChevronsLeft} mirror onClick={() => onPage(undefined)}>
            {t.newest}
          </Button>
        )}
        {known && (
          <Button size="sm" icon={ChevronLeft} mirror onClick={() => onPage(before.get(page))}>
            {t.newer}
          </Button>
        )}
      </div>
      {next && (
        <Button
          size="sm"
          icon={ChevronRight}
          mirror
          className="flex-row-reverse"
          onClick={() => {
            before.set(next, page);
            onPage(next);
          }}
        >
          {t.older}
        </Button>
      )}
    </nav>
  );
}

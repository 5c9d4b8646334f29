import { ChevronLeft, ChevronRight } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { Button } from "@/ui/Button";

import { members } from "./texts";

interface PagesProps {
  page: number;
  last: number;
  onGo: (page: number) => void;
}

/** From one page of a list to the next; nothing where there is but one. */
export function Pages({ page, last, onGo }: PagesProps) {
  const t = useTexts(members);
  if (last === 1) return null;
  return (
    <nav aria-label={t.pages} className="flex items-center justify-center gap-4">
      <Button size="sm" icon={ChevronLeft} className="[&>svg]:rtl:-scale-x-100" off={page === 1} onClick={() => onGo(page - 1)}>
        {t.earlier}
      </Button>
      <span className="numerals text-sm text-muted">
        {number(page)} / {number(last)}
      </span>
      <Button size="sm" icon={ChevronRight} className="[&>svg]:rtl:-scale-x-100" off={page === last} onClick={() => onGo(page + 1)}>
        {t.later}
      </Button>
    </nav>
  );
}

import { useEffect, useRef, useState } from "react";
import { Download, X } from "lucide-react";

import { useProblem } from "@/app/problem";
import { useTexts } from "@/i18n/texts";
import { dateIn } from "@/lib/format";
import { saveFile } from "@/lib/save";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/Toast";

import { gather } from "./export";
import type { Filter } from "./queries";
import { audit } from "./texts";

/** Hands over what is asked for as a file for a spreadsheet. A long one is gathered part by part, and can be stopped. */
export function Export({ filter }: { filter: Filter }) {
  const t = useTexts(audit);
  const problem = useProblem();
  const running = useRef<AbortController>(null);
  const [rows, setRows] = useState<number>();
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const work = new AbortController();
    running.current = work;
    setRows(0);
    try {
      const file = await gather(filter, setRows, work.signal);
      if (file.rows > 0) saveFile(`dawr-audit-${dateIn(0)}.csv`, file.text, "text/csv;charset=utf-8");
      toast({ text: t.exported(file.rows) });
    } catch (error) {
      if (!work.signal.aborted) problem.onError(error);
    }
    if (running.current === work) setRows(undefined);
  };
  const isRunning = rows !== undefined;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span role="status" className="text-sm text-muted empty:hidden">
        {isRunning && t.exporting(rows)}
      </span>
      {isRunning && (
        <Button look="quiet" icon={X} onClick={() => running.current?.abort()}>
          {t.stopExport}
        </Button>
      )}
      <Button icon={Download} busy={isRunning} onClick={() => void start()}>
        {t.export}
      </Button>
    </div>
  );
}

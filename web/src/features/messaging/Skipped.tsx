import { useQuery } from "@tanstack/react-query";

import type { SkippedView } from "@/api/generated";
import { lineQuery } from "@/features/queues/queries";
import { useTexts } from "@/i18n/texts";
import { list } from "@/lib/format";
import { isolate } from "@/lib/bidi";
import { Num } from "@/ui/Num";

import { messaging } from "./texts";

interface SkippedProps {
  skipped: SkippedView[];
  /** How many there are, of whom the first are listed. */
  count: number;
  /** Whose line names them. */
  queueId: string | undefined;
}

/** So many are named for each reason. */
const NAMED = 30;

/** Who gets nothing, by reason. */
export function Skipped({ skipped, count, queueId }: SkippedProps) {
  const t = useTexts(messaging);
  const { data: line } = useQuery({ ...lineQuery(queueId ?? ""), enabled: queueId !== undefined });
  if (count === 0) return null;
  const names = new Map([...(line?.waiting ?? []), ...(line?.serving ?? [])].map(({ id, fullName }) => [id, fullName]));
  return (
    <section className="flex flex-col gap-1 rounded-lg border border-warn bg-warn-soft p-3 text-sm">
      <h3 className="font-medium text-warn">{t.skipped(count)}</h3>
      {byReason(skipped).map(([message, ids]) => {
        const known = ids.map((id) => names.get(id)).filter((name) => name !== undefined);
        const row = (
          <>
            {message} <Num of={ids.length} className="font-semibold" />
          </>
        );
        if (known.length === 0) return <p key={message}>{row}</p>;
        return (
          <details key={message}>
            <summary className="min-h-6 cursor-pointer">{row}</summary>
            <p className="ps-4 text-muted">
              {list(known.slice(0, NAMED).map(isolate))}
              {known.length > NAMED && "…"}
            </p>
          </details>
        );
      })}
    </section>
  );
}

/** The most frequent reason first. */
export function byReason(skipped: SkippedView[]): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const { id, message } of skipped) found.set(message, [...(found.get(message) ?? []), id]);
  return [...found].sort(([, one], [, other]) => other.length - one.length);
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { History } from "lucide-react";

import { Broken } from "@/app/Crash";
import type { EntryView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { day } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Pager } from "@/ui/Pager";

import { Entry } from "./Entry";
import { Export } from "./Export";
import { Filters } from "./Filters";
import { trailQuery, type Filter } from "./queries";
import { audit } from "./texts";
import { useNames } from "./useNames";

const route = getRouteApi("/settings/audit");

/** Who did what, when and from where, in words; what is asked for stands in the address. */
export function AuditPage() {
  const t = useTexts(audit);
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useNames();
  const trail = useQuery({ ...trailQuery(filter), placeholderData: keepPreviousData });
  const { page, ...rest } = filter;
  const isFiltered = Object.keys(rest).length > 0;
  const go = (next: Filter) => {
    const search = Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as Filter;
    void navigate({ search, resetScroll: true });
  };
  const { data } = trail;
  return (
    <Page title={t.title} intro={t.intro} actions={<Export filter={rest} />}>
      <Filters filter={rest} onFilter={go} />
      {trail.error && !data && <Broken part error={trail.error} retry={() => void trail.refetch()} />}
      {!data && !trail.error && <Skeleton className="h-96" />}
      {data && data.entries.length === 0 && (
        <Empty icon={History} title={data.next ? t.lookedFar : isFiltered ? t.none : t.noTrail}>
          {isFiltered && (
            <>
              <p>{t.noneHint}</p>
              <Button onClick={() => go({})}>{t.clear}</Button>
            </>
          )}
        </Empty>
      )}
      {data && <Days entries={data.entries} nameOf={nameOf} onFilter={go} />}
      {data && <Pager page={page} next={data.next} onPage={(next) => go({ ...rest, page: next })} />}
    </Page>
  );
}

interface DaysProps {
  entries: EntryView[];
  nameOf: (id: string) => string | undefined;
  onFilter: (filter: Filter) => void;
}

/** Day by day, the newest first. */
function Days({ entries, nameOf, onFilter }: DaysProps) {
  const days: [string, EntryView[]][] = [];
  for (const entry of entries) {
    const name = day(entry.at);
    const last = days.at(-1);
    if (last?.[0] === name) last[1].push(entry);
    else days.push([name, [entry]]);
  }
  return days.map(([name, all]) => (
    <section key={name} aria-label={name} className="flex flex-col gap-2">
      <h2 className="text-sm font-medium text-muted">{name}</h2>
      <ul className="flex flex-col divide-y divide-hairline rounded-xl border border-hairline bg-surface">
        {all.map((entry) => (
          <li key={entry.id}>
            <Entry entry={entry} nameOf={nameOf} onFilter={onFilter} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

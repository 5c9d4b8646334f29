import { Link } from "@tanstack/react-router";
import { LifeBuoy } from "lucide-react";

import type { EntryView, Subject } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { exactly, list, time } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr } from "@/ui/Text";

import type { Filter } from "./queries";
import { audit } from "./texts";
import { mainOf, pageOf, sayAction, sayFields, sayKind } from "./words";

interface EntryProps {
  entry: EntryView;
  nameOf: (id: string) => string | undefined;
  onFilter: (filter: Filter) => void;
}

/** One thing that was done: in a line, and with all that is known of it when it is opened. */
export function Entry({ entry, nameOf, onFilter }: EntryProps) {
  const t = useTexts(audit);
  const { actor } = entry;
  const { main, more } = mainOf(entry, nameOf);
  const changed = sayFields(entry.subjects.flatMap(({ fields }) => fields ?? []), t);
  const who = actor.name ?? (actor.operatorId ? t.platform : t.nobody);
  return (
    <details className="group">
      <summary className="flex cursor-pointer list-none items-start gap-3 px-4 py-3 -outline-offset-2 hover:bg-raised">
        <time dateTime={entry.at} className="numerals w-17 shrink-0 pt-1 text-sm text-muted">
          {time(entry.at)}
        </time>
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2">
            <span className="font-medium">{sayAction(entry.action, t)}</span>
            {main && <Named of={main} nameOf={nameOf} />}
            {more > 0 && <span className="text-sm text-muted">{t.moreThings(more)}</span>}
          </span>
          <span className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
            <Bdi>{who}</Bdi>
            {entry.support && (
              <Badge tone="info" icon={LifeBuoy}>
                {t.support}
              </Badge>
            )}
            {changed.length > 0 && (
              <span>
                {t.changed} {list(changed)}
              </span>
            )}
          </span>
        </span>
        <span className="pt-1 text-sm text-brand group-open:font-medium">{t.details}</span>
      </summary>
      <div className="flex flex-col gap-3 border-t border-hairline bg-bg px-4 py-3 text-sm">
        <ul className="flex flex-col gap-2">
          {entry.subjects.map((subject) => (
            <li key={`${subject.kind} ${subject.id}`}>
              <Thing of={subject} nameOf={nameOf} onFilter={onFilter} />
            </li>
          ))}
        </ul>
        <dl className="grid gap-x-6 gap-y-2 text-muted sm:grid-cols-3">
          <div>
            <dt className="sr-only">{t.from}</dt>
            <dd>{exactly(entry.at)}</dd>
          </div>
          <div>
            <dt className="inline">{t.address}: </dt>
            <dd className="inline">
              <Ltr>{entry.address}</Ltr>
            </dd>
          </div>
          <div>
            <dt className="inline">{t.correlation}: </dt>
            <dd className="inline">
              <Ltr className="break-all">{entry.correlationId}</Ltr>
            </dd>
          </div>
        </dl>
        {(actor.memberId ?? actor.elevationId) && (
          <Button size="sm" look="quiet" className="self-start" onClick={() => onFilter({ who: actor.memberId ?? actor.elevationId ?? "" })}>
            {t.byThem}
          </Button>
        )}
      </div>
    </details>
  );
}

/** What it is called, if that may be known; of the whole list, that. */
function Named({ of: subject, nameOf }: { of: Subject; nameOf: EntryProps["nameOf"] }) {
  const name = nameOf(subject.id);
  return name ? <Bdi className="text-muted">{name}</Bdi> : null;
}

interface ThingProps {
  of: Subject;
  nameOf: EntryProps["nameOf"];
  onFilter: EntryProps["onFilter"];
}

function Thing({ of: subject, nameOf, onFilter }: ThingProps) {
  const t = useTexts(audit);
  const page = pageOf(subject);
  const kind = sayKind(subject.kind, t);
  const name = nameOf(subject.id);
  const fields = sayFields(subject.fields ?? [], t);
  const shown = name ? <Bdi>{name}</Bdi> : subject.id === "all" ? t.all : <Ltr className="break-all">{subject.id}</Ltr>;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="font-medium">{kind}</span>
      {page ? (
        <Link to={page} className="inline-flex min-h-6 items-center text-brand underline">
          {shown}
        </Link>
      ) : (
        <span>{shown}</span>
      )}
      <span className="text-muted">
        {t.effects[subject.effect]}
        {fields.length > 0 && `: ${list(fields)}`}
      </span>
      <Button
        size="sm"
        look="quiet"
        aria-label={t.aboutOf(name ?? kind)}
        onClick={() => onFilter({ about: subject.id === "all" ? subject.kind : subject.id })}
      >
        {t.about}
      </Button>
    </div>
  );
}

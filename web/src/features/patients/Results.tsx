import { useEffect, useRef, type KeyboardEvent } from "react";
import { Link } from "@tanstack/react-router";
import { Contact, UserPlus, UserRoundX } from "lucide-react";

import { useCan } from "@/app/me";
import type { PatientView, PatientViewList } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { mayBePhone } from "@/lib/phone";
import { Button, buttonClass } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Empty, Skeleton } from "@/ui/Empty";
import { useSending } from "@/ui/form";
import { useIntent } from "@/ui/intent";
import { Bdi } from "@/ui/Text";

import type { Newcomer } from "./AddToQueue";
import { Facts } from "./Facts";
import { Places } from "./Places";
import { useFindPlaces, usePlaces } from "./queries";
import { patients } from "./texts";

interface ResultsProps {
  q: string;
  page: string | undefined;
  found: PatientViewList | undefined;
  /** What is shown is of what was asked before. */
  waiting: boolean;
  onAdd: (who: PatientView | Newcomer) => void;
  /** The arrow keys go through what was found. */
  onKey: (event: KeyboardEvent) => void;
}

export function Results({ q, page, found, waiting, onAdd, onKey }: ResultsProps) {
  const t = useTexts(patients);
  if (!found) return <Skeleton className="h-64" />;
  const { items, nextPage } = found;
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className={items.length > 0 ? "text-sm text-muted" : "sr-only"}>
        {q === "" ? t.newest : nextPage || page ? t.foundMany(items.length) : t.found(items.length)}
      </p>
      {items.length === 0 && !waiting && (q === "" ? <NoPatients onAdd={onAdd} /> : <Nobody q={q} onAdd={onAdd} />)}
      {items.length > 0 && (
        <ul
          aria-label={t.results}
          aria-busy={waiting}
          className={cx("divide-y divide-hairline rounded-xl border border-hairline bg-surface", waiting && "opacity-60")}
        >
          {items.map((patient) => (
            <li key={patient.id}>
              <Row patient={patient} onAdd={() => onAdd(patient)} onKey={onKey} />
            </li>
          ))}
        </ul>
      )}
      {(page || nextPage) && (
        <nav aria-label={t.pages} className="flex flex-wrap gap-2">
          {page && (
            <Link to="/patients" search={q ? { q } : {}} className={buttonClass("plain", "sm")}>
              {t.firstPage}
            </Link>
          )}
          {nextPage && (
            <Link to="/patients" search={{ ...(q && { q }), page: nextPage }} className={buttonClass("plain", "sm")}>
              {t.nextPage}
            </Link>
          )}
        </nav>
      )}
    </div>
  );
}

function NoPatients({ onAdd }: { onAdd: (who: Newcomer) => void }) {
  const t = useTexts(patients);
  const can = useCan();
  return (
    <Empty icon={Contact} title={t.noPatients}>
      <p>{t.noPatientsHint}</p>
      {can("tickets:write") && (
        <Button icon={UserPlus} onClick={() => onAdd({})}>
          {t.registerNew}
        </Button>
      )}
    </Empty>
  );
}

/** What somebody typed is the beginning of a new record. */
function Nobody({ q, onAdd }: { q: string; onAdd: (who: Newcomer) => void }) {
  const t = useTexts(patients);
  const can = useCan();
  return (
    <Empty icon={UserRoundX} title={t.nobody(q)}>
      <p>{can("tickets:write") ? t.nobodyHint : t.nobodyLook}</p>
      {can("tickets:write") && (
        <Button icon={UserPlus} onClick={() => onAdd(mayBePhone(q) ? { phoneNumber: q } : /\p{L}/u.test(q) ? { fullName: q } : {})}>
          {t.registerNew}
        </Button>
      )}
    </Empty>
  );
}

interface RowProps {
  patient: PatientView;
  onAdd: () => void;
  onKey: (event: KeyboardEvent) => void;
}

function Row({ patient, onAdd, onKey }: RowProps) {
  const t = useTexts(patients);
  const can = useCan();
  const { meant, mean, watch } = useIntent();
  const inLine = usePlaces(patient.id, meant);
  const findPlaces = useFindPlaces(patient.id);
  const { busy, submit } = useSending();
  const add = () =>
    submit(async () => {
      mean();
      // Where that cannot be told, the line says itself whom it has already.
      const places = await findPlaces().catch(() => []);
      if (places.length === 0) onAdd();
    });
  const isPlaced = inLine.length > 0;
  const end = useRef<HTMLDivElement>(null);
  const atAdd = useRef(false);
  useEffect(() => {
    // The place stands where the button was that had the focus.
    if (isPlaced && atAdd.current) end.current?.querySelector("a")?.focus();
    if (isPlaced) atAdd.current = false;
  }, [isPlaced]);
  // Without the whole number nobody can be put in a line by it.
  const mayAdd = can("tickets:write") && can("patients:contact");
  return (
    <div {...watch} className="relative flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 hover:bg-raised/60">
      <div className="min-w-56 flex-1">
        <Link
          data-result
          onKeyDown={onKey}
          to="/patients/$patientId"
          params={{ patientId: patient.id }}
          className="font-medium after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-focus"
        >
          <Bdi>{patient.fullName}</Bdi>
        </Link>
        <Facts patient={patient} />
      </div>
      <div ref={end} className="relative flex min-h-11 items-center">
        {isPlaced && <Places of={inLine} name={patient.fullName} />}
        {!isPlaced && mayAdd && (
          <Button
            size="sm"
            icon={UserPlus}
            aria-label={t.forOne(t.addToQueue, patient.fullName)}
            busy={busy}
            onClick={() => void add()}
            onFocus={() => (atAdd.current = true)}
            onBlur={() => (atAdd.current = false)}
          >
            {t.addToQueue}
          </Button>
        )}
      </div>
    </div>
  );
}

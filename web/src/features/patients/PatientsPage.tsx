import { lazy, Suspense, useRef, useState, type KeyboardEvent } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { MessageSquareDashed } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import type { PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { buttonClass } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";

import type { Newcomer } from "./AddToQueue";
import { foundQuery } from "./queries";
import { Results } from "./Results";
import { SearchBox } from "./SearchBox";
import { patients } from "./texts";

const AddToQueue = lazy(() => import("./AddToQueue"));

const route = getRouteApi("/patients");

/** Finds patients while somebody types, and leads to them or to a queue. */
export function PatientsPage() {
  const t = useTexts(patients);
  const can = useCan();
  const { q = "", page } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery({ ...foundQuery(q, page), placeholderData: keepPreviousData });
  const [adding, setAdding] = useState<PatientView | Newcomer>();
  const list = useRef<HTMLDivElement>(null);
  const links = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-result]") ?? [])];
  const input = useRef<HTMLInputElement>(null);

  /** With the arrows through what was found, and back to what was typed. */
  const step = (by: 1 | -1) => {
    const all = links();
    const at = all.indexOf(document.activeElement as HTMLElement) + by;
    if (at < 0) input.current?.focus();
    else all[at]?.focus();
  };
  const move = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Escape") input.current?.focus();
    else return;
    event.preventDefault();
  };
  const open = () => {
    // What is shown is of the search before.
    if (found.isPlaceholderData) return;
    const all = links();
    if (all.length === 1) all[0]?.click();
    else all[0]?.focus();
  };
  return (
    <Page
      title={t.title}
      intro={t.intro}
      actions={
        can("messages:read") && (
          <Link to="/patients/unknown" className={cx(buttonClass(), q !== "" && "max-md:hidden")}>
            <Icon of={MessageSquareDashed} />
            {t.unknown}
          </Link>
        )
      }
    >
      <SearchBox
        asked={q}
        input={input}
        onAsk={(next) => void navigate({ search: next ? { q: next } : {}, replace: true })}
        onDown={() => step(1)}
        onEnter={open}
      />
      <div ref={list}>
        {found.error && !found.data ? (
          <Broken part error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Results q={q} page={page} found={found.data} waiting={found.isPlaceholderData} onAdd={setAdding} onKey={move} />
        )}
      </div>
      {adding && (
        <Suspense>
          <AddToQueue who={adding} onClose={() => setAdding(undefined)} />
        </Suspense>
      )}
    </Page>
  );
}

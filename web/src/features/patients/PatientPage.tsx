import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useCanGoBack, useRouter } from "@tanstack/react-router";
import { UserPlus, UserRoundX } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import { Failure } from "@/api/failure";
import type { PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { isolate } from "@/lib/bidi";
import { Back } from "@/ui/Back";
import { Button, buttonClass } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Num } from "@/ui/Num";
import { Page } from "@/ui/Page";
import { Tabs } from "@/ui/Tabs";

import { Facts } from "./Facts";
import { Overview } from "./Overview";
import { Places } from "./Places";
import { patientQuery, useOwnPlaces, useUnread } from "./queries";
import type { PatientTab } from "./routes";
import { patients } from "./texts";

const AddToQueue = lazy(() => import("./AddToQueue"));
const Conversation = lazy(() => import("./Conversation"));
const Tickets = lazy(() => import("./Tickets"));

const route = getRouteApi("/patients/$patientId");

/** A patient: the record, where they are in line, what was said. */
export function PatientPage() {
  const { patientId } = route.useParams();
  const patient = useQuery(patientQuery(patientId));
  const t = useTexts(patients);
  if (patient.error instanceof Failure && patient.error.status === 404) {
    return (
      <Empty icon={UserRoundX} title={t.gone} as="h1">
        <Link to="/patients" className={buttonClass("primary")}>
          {t.title}
        </Link>
      </Empty>
    );
  }
  if (patient.error && !patient.data) return <Broken error={patient.error} retry={() => void patient.refetch()} />;
  if (!patient.data) {
    return (
      <div className="mx-auto flex w-full max-w-4xl flex-col gap-4 p-4 md:p-6">
        <Skeleton className="h-20" />
        <Skeleton className="h-72" />
      </div>
    );
  }
  return <Record patient={patient.data} />;
}

function Record({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  const can = useCan();
  const inLine = useOwnPlaces(patient.id);
  const [adding, setAdding] = useState(false);
  const mayAdd = can("tickets:write") && can("patients:contact");
  return (
    <Page
      title={isolate(patient.fullName)}
      intro={
        <div className="flex flex-col gap-3">
          <Facts patient={patient} />
          {inLine.length > 0 && <Places of={inLine} name={patient.fullName} />}
        </div>
      }
      back={<Origin />}
      actions={
        inLine.length === 0 &&
        mayAdd && (
          <Button icon={UserPlus} onClick={() => setAdding(true)}>
            {t.addToQueue}
          </Button>
        )
      }
    >
      <Parts patient={patient} />
      {adding && (
        <Suspense>
          <AddToQueue who={patient} onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </Page>
  );
}

/** To where somebody came from, with its place kept; otherwise to the search. */
function Origin() {
  const t = useTexts(patients);
  const router = useRouter();
  const canGoBack = useCanGoBack();
  return (
    <Back
      to="/patients"
      onClick={(event) => {
        // With these it opens elsewhere, and that is the search.
        if (!canGoBack || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        router.history.back();
      }}
    >
      {canGoBack ? t.back : t.title}
    </Back>
  );
}

function Parts({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  const can = useCan();
  const unread = useUnread(patient.id);
  const navigate = route.useNavigate();
  const { tab = "overview" } = route.useSearch();
  const tabs: { id: PatientTab; label: React.ReactNode }[] = [{ id: "overview", label: t.overview }];
  if (can("queues:read")) tabs.push({ id: "tickets", label: t.tickets });
  if (can("messages:read")) {
    tabs.push({
      id: "messages",
      label: (
        <>
          {t.messages}
          {unread > 0 && (
            <span className="rounded-full bg-brand-soft px-2 text-xs text-brand-ink">
              <span aria-hidden>
                <Num of={unread} />
              </span>
              <span className="sr-only">{t.unread(unread)}</span>
            </span>
          )}
        </>
      ),
    });
  }
  const chosen = tabs.some(({ id }) => id === tab) ? tab : "overview";
  if (tabs.length === 1) return <Overview patient={patient} />;
  return (
    <Tabs
      label={t.parts}
      tabs={tabs}
      chosen={chosen}
      onChoose={(next) => void navigate({ search: next === "overview" ? {} : { tab: next }, replace: true })}
    >
      {chosen === "overview" && <Overview patient={patient} />}
      <Suspense fallback={<Skeleton className="h-96" />}>
        {chosen === "tickets" && <Tickets patient={patient} />}
        {chosen === "messages" && <Conversation patient={patient} />}
      </Suspense>
    </Tabs>
  );
}

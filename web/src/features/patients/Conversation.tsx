import { lazy, Suspense, useState } from "react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ChevronUp, MessagesSquare } from "lucide-react";

import { Broken } from "@/app/Crash";
import type { PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { date, day } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { useNow } from "@/ui/Text";

import { Attention } from "./Attention";
import { Bubble } from "./Bubble";
import { conversationQuery, onTheWayQuery } from "./queries";
import { byDay, firstUnread, idOf, inOrder, onTheWay } from "./said";
import { patients } from "./texts";
import { Window } from "./Window";

const SendDialog = lazy(() => import("@/features/messaging/SendDialog"));

/** What was said in both directions, the newest at the end; it is asked anew while it is open. */
export default function Conversation({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  const query = useInfiniteQuery(conversationQuery(patient.id));
  const waiting = useQuery(onTheWayQuery(patient.id));
  const [sending, setSending] = useState(false);
  const pages = query.data?.pages;
  const newest = pages?.[0];
  if (query.error && !pages) return <Broken part error={query.error} retry={() => void query.refetch()} />;
  if (!pages || !newest) return <Skeleton className="h-96" />;
  const said = inOrder([{ items: (waiting.data ?? []).map(onTheWay) }, ...pages]);
  return (
    <div className="flex flex-col gap-3">
      <Attention patient={patient} conversation={newest} said={said} />
      {/* From the end on: what comes later stays in sight, and what was earlier moves nothing. */}
      <section
        aria-label={t.conversation(patient.fullName)}
        tabIndex={0}
        className="flex h-[clamp(16rem,calc(100dvh-26rem),44rem)] flex-col-reverse overflow-y-auto rounded-xl border border-hairline bg-raised/50 p-3"
      >
        <div className="mb-auto flex flex-col gap-4">
          {query.hasNextPage && (
            <Button
              size="sm"
              look="quiet"
              icon={ChevronUp}
              busy={query.isFetchingNextPage}
              className="self-center"
              onClick={() => void query.fetchNextPage()}
            >
              {t.earlier}
            </Button>
          )}
          {said.length === 0 && !query.hasNextPage && (
            <Empty icon={MessagesSquare} title={t.nothingSaid}>
              <p>{t.nothingSaidHint}</p>
            </Empty>
          )}
          <Days said={said} unread={newest.unread} name={patient.fullName} />
        </div>
      </section>
      <Window conversation={newest} onSend={() => setSending(true)} />
      {sending && (
        <Suspense>
          <SendDialog to={{ patientIds: [patient.id] }} title={t.sendTo(patient.fullName)} onClose={() => setSending(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** A day without its year might be taken for one of this year. */
const LONG_AGO = 300 * 86_400_000;

interface DaysProps {
  said: ReturnType<typeof inOrder>;
  unread: number;
  name: string;
}

function Days({ said, unread, name }: DaysProps) {
  const t = useTexts(patients);
  const now = useNow();
  const first = firstUnread(said, unread);
  const called = (at: string) => {
    if (date(at) === date(now)) return t.today;
    return now - new Date(at).getTime() < LONG_AGO ? day(at) : date(at);
  };
  return byDay(said).map((one) => (
    <section key={one.at} className="flex flex-col gap-3">
      <h2 className="self-center rounded-full bg-surface px-3 py-0.5 text-xs font-medium text-muted">{called(one.at)}</h2>
      <ol className="flex flex-col gap-3">
        {one.said.map((each) => (
          <li key={idOf(each)} className="flex flex-col gap-3">
            {idOf(each) === first && (
              <p className="flex items-center gap-3 text-sm font-medium text-brand before:h-px before:flex-1 before:bg-brand after:h-px after:flex-1 after:bg-brand">
                {t.unread(unread)}
              </p>
            )}
            <Bubble of={each} name={name} />
          </li>
        ))}
      </ol>
    </section>
  ));
}

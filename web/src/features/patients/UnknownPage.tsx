import { lazy, Suspense, useState } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessageSquareDashed, Search, UserPlus } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import { useTexts } from "@/i18n/texts";
import { grouped } from "@/lib/phone";
import { Back } from "@/ui/Back";
import { Button, buttonClass } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";
import { Phone, When } from "@/ui/Text";

import type { Newcomer } from "./AddToQueue";
import { Bubble } from "./Bubble";
import { unknownQuery } from "./queries";
import { idOf, strangers, type Stranger } from "./said";
import { patients } from "./texts";

const AddToQueue = lazy(() => import("./AddToQueue"));

/** What was written from numbers that no patient had: who it is must be found out by somebody. */
export function UnknownPage() {
  const t = useTexts(patients);
  const query = useInfiniteQuery(unknownQuery);
  const [adding, setAdding] = useState<Newcomer>();
  if (query.error && !query.data) return <Broken error={query.error} retry={() => void query.refetch()} />;
  const all = query.data && strangers(query.data.pages);
  return (
    <Page
      title={t.unknownTitle}
      intro={t.unknownIntro}
      back={<Back to="/patients">{t.title}</Back>}
    >
      {!all && <Skeleton className="h-64" />}
      {all?.length === 0 && (
        <Empty icon={MessageSquareDashed} title={t.unknownNone}>
          <p>{t.unknownNoneHint}</p>
        </Empty>
      )}
      <ul className="flex flex-col gap-3">
        {all?.map((one) => (
          <li key={one.phone ?? one.said.map(idOf).join()}>
            <Card of={one} onAdd={setAdding} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} className="self-center" onClick={() => void query.fetchNextPage()}>
          {t.earlier}
        </Button>
      )}
      {adding && (
        <Suspense>
          <AddToQueue who={adding} onClose={() => setAdding(undefined)} />
        </Suspense>
      )}
    </Page>
  );
}

function Card({ of: { phone, said }, onAdd }: { of: Stranger; onAdd: (who: Newcomer) => void }) {
  const t = useTexts(patients);
  const can = useCan();
  const last = said.at(-1);
  // A number that is masked, or hidden by WhatsApp, can be neither searched for nor added.
  const whole = phone !== null && /^\+\d+$/.test(phone);
  return (
    <article className="flex flex-col gap-3 rounded-xl border border-hairline bg-surface p-4">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="min-w-40 flex-1 font-semibold">
          {phone ? <Phone of={phone} /> : t.hiddenNumber}
          {last && (
            <span className="ms-3 text-sm font-normal text-muted">
              <When at={last.at} />
            </span>
          )}
        </h2>
        {whole && (
          <div className="flex flex-wrap gap-2">
            {can("patients:read") && (
              <Link to="/patients" search={{ q: phone }} aria-label={t.forNumber(t.searchIt, grouped(phone))} className={buttonClass("plain", "sm")}>
                <Icon of={Search} className="size-4" />
                {t.searchIt}
              </Link>
            )}
            {can("tickets:write") && (
              <Button size="sm" icon={UserPlus} aria-label={t.forNumber(t.addToQueue, grouped(phone))} onClick={() => onAdd({ phoneNumber: phone })}>
                {t.addToQueue}
              </Button>
            )}
          </div>
        )}
      </header>
      <ol className="flex flex-col gap-2 rounded-lg bg-raised/50 p-3">
        {said.map((one) => (
          <li key={idOf(one)} className="flex flex-col">
            <Bubble of={one} />
          </li>
        ))}
      </ol>
    </article>
  );
}

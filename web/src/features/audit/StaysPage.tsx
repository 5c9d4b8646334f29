import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Check, Hourglass, LifeBuoy } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import type { StayView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { exactly } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Pager } from "@/ui/Pager";
import { Badge } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { staysQuery } from "./queries";
import { audit } from "./texts";

const EndStay = lazy(() => import("./EndStay"));

const route = getRouteApi("/settings/stays");

/** Who of the platform came into the organisation's data, why and until when. */
export function StaysPage() {
  const t = useTexts(audit);
  const can = useCan();
  const me = useMe();
  const { page } = route.useSearch();
  const navigate = route.useNavigate();
  const stays = useQuery(staysQuery(page));
  const [ending, setEnding] = useState<StayView>();
  if (stays.error && !stays.data) return <Broken error={stays.error} retry={() => void stays.refetch()} />;
  const mayEnd = can("settings:manage") && me.clinics === "all";
  const { data } = stays;
  return (
    <Page title={t.staysTitle} intro={t.staysIntro}>
      {!data && <Skeleton className="h-40" />}
      {data?.items.length === 0 && (
        <Empty icon={LifeBuoy} title={t.noStays}>
          <p>{t.noStaysHint}</p>
        </Empty>
      )}
      <ul className="flex flex-col gap-3">
        {data?.items.map((stay) => (
          <li key={stay.id}>
            <Stay stay={stay} onEnd={mayEnd && stay.state === "open" ? () => setEnding(stay) : undefined} />
          </li>
        ))}
      </ul>
      {data && (
        <Pager page={page} next={data.nextPage} onPage={(next) => void navigate({ search: next ? { page: next } : {} })} />
      )}
      {ending && (
        <Suspense>
          <EndStay stay={ending} onClose={() => setEnding(undefined)} />
        </Suspense>
      )}
    </Page>
  );
}

function Stay({ stay, onEnd }: { stay: StayView; onEnd: (() => void) | undefined }) {
  const t = useTexts(audit);
  const isOpen = stay.state === "open";
  const how = stay.endedBy === "tenant" ? t.endedByTenant : stay.endedBy === "platform" ? t.endedByPlatform : t.endedByTime;
  return (
    <article className="flex flex-col gap-3 rounded-xl border border-hairline bg-surface p-4">
      <header className="flex flex-wrap items-start justify-between gap-2">
        <h2 className="font-semibold">
          <Bdi>{stay.operator.name}</Bdi>
        </h2>
        <Badge tone={isOpen ? "warn" : "idle"} icon={isOpen ? Hourglass : Check}>
          {isOpen ? t.open : t.over}
        </Badge>
      </header>
      <div>
        <p className="text-sm text-muted">{t.reason}</p>
        <p>
          <Bdi>{stay.reason}</Bdi>
        </p>
      </div>
      <dl className="grid gap-3 text-sm sm:grid-cols-2">
        <div>
          <dt className="text-muted">{t.began}</dt>
          <dd>{exactly(stay.createdAt)}</dd>
        </div>
        <div>
          <dt className="text-muted">{isOpen ? t.endsAt : t.endedAt}</dt>
          <dd>
            {exactly(stay.endedAt ?? stay.endsAt)}
            {!isOpen && ` · ${how}`}
          </dd>
        </div>
      </dl>
      <div className="flex flex-wrap items-center gap-3">
        {onEnd && (
          <Button look="danger" aria-label={t.endOf(stay.operator.name)} onClick={onEnd}>
            {t.endNow}
          </Button>
        )}
        <Link to="/settings/audit" search={{ who: stay.id }} className="inline-flex min-h-11 items-center text-brand underline">
          {t.whatTheyDid}
        </Link>
      </div>
    </article>
  );
}

import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { SearchX, Users } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useAdministersAll, useCan, useMe } from "@/app/me";
import { peopleByIdQuery } from "@/app/people";
import { administers } from "@/app/roles";
import type { QuotaView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Empty, Skeleton } from "@/ui/Empty";
import { FilterChips } from "@/ui/FilterChips";
import { Page } from "@/ui/Page";

import { quotasQuery } from "./queries";
import { QuotaCard, type Holder } from "./QuotaCard";
import { quotas as texts } from "./texts";

const QuotaDialog = lazy(() => import("./QuotaDialog"));
const RemoveQuota = lazy(() => import("./RemoveQuota"));

const route = getRouteApi("/settings/quotas");

const SHOWS = {
  all: () => true,
  empty: ({ messagesLeft }: QuotaView) => messagesLeft === 0,
  limited: ({ messagesQuota }: QuotaView) => messagesQuota !== null && messagesQuota > 0,
  unlimited: ({ messagesUnlimited }: QuotaView) => messagesUnlimited,
};
type Show = keyof typeof SHOWS;

/** What each member may send and open, and has. */
export function QuotasPage() {
  const t = useTexts(texts);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(quotasQuery);
  const holderOf = useHolders();
  const maySet = useMaySet();
  const [opened, setOpened] = useState<{ is: "change" | "remove"; holder: Holder }>();
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  const show: Show = search.show !== undefined && Object.hasOwn(SHOWS, search.show) ? (search.show as Show) : "all";
  const shown = (data ?? []).filter(SHOWS[show]).map(holderOf);
  // Oneself first, then those who may sign in, by name.
  shown.sort((a, b) => Number(b.isMe) - Number(a.isMe) || Number(b.quota.active) - Number(a.quota.active) || compare(a.name, b.name));
  const close = () => setOpened(undefined);
  return (
    <Page title={t.title} intro={t.intro}>
      {!data && <Skeleton className="h-80" />}
      {data && data.length > 1 && (
        <FilterChips
          label={t.showLabel}
          chips={(Object.keys(SHOWS) as Show[]).map((id) => ({ id, label: t.shows[id], count: data.filter(SHOWS[id]).length }))}
          chosen={show}
          onChoose={(id) => void navigate({ search: id === "all" ? {} : { show: id }, replace: true })}
        />
      )}
      {data && shown.length === 0 && <Empty icon={show === "all" ? Users : SearchX} title={show === "all" ? t.nobody : t.noneShown} />}
      <ul aria-label={t.members} className="flex flex-col gap-3">
        {shown.map((holder) => (
          <li key={holder.quota.userId}>
            <QuotaCard
              holder={holder}
              onChange={maySet(holder) ? () => setOpened({ is: "change", holder }) : undefined}
              onRemove={maySet(holder) ? () => setOpened({ is: "remove", holder }) : undefined}
            />
          </li>
        ))}
      </ul>
      <Suspense>
        {opened?.is === "change" && <QuotaDialog holder={opened.holder} onClose={close} />}
        {opened?.is === "remove" && <RemoveQuota holder={opened.holder} onClose={close} />}
      </Suspense>
    </Page>
  );
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function useHolders(): (quota: QuotaView) => Holder {
  const t = useTexts(texts);
  const me = useMe();
  const can = useCan();
  const { data } = useQuery({ ...peopleByIdQuery, enabled: can("members:read") });
  return (quota) => {
    const isMe = quota.userId === me.id;
    const known = data?.get(quota.userId);
    // Whoever may not know names still tells members apart.
    const name = isMe ? me.fullName : (known?.fullName ?? `${t.unnamed} ${quota.userId.slice(-4)}`);
    return { quota, isMe, name, role: isMe ? me.role : known?.role };
  };
}

/** One's own is somebody else's to set, and so is an administrator's, unless one administers the whole organisation. */
function useMaySet(): (holder: Holder) => boolean {
  const can = useCan();
  const administersAll = useAdministersAll();
  return ({ isMe, role }) => can("quotas:manage") && (administersAll || (!isMe && role !== undefined && !administers(role)));
}

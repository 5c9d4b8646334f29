import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { LifeBuoy } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useTexts } from "@/i18n/texts";
import { buttonClass } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Pager } from "@/ui/Pager";

import { elevationsQuery } from "./queries";
import { Stay } from "./Stay";
import { platform } from "./texts";

const route = getRouteApi("/platform/elevations");

/** One's own stays in tenants, the latest first. */
export function ElevationsPage() {
  const t = useTexts(platform);
  const { page } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery({ ...elevationsQuery(page), placeholderData: keepPreviousData });
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  return (
    <Page title={t.stays} intro={t.staysIntro}>
      {!data && <Skeleton className="h-56" />}
      {data?.items.length === 0 && (
        <Empty icon={LifeBuoy} title={t.noStays}>
          <p>{t.noStaysHint}</p>
          <Link to="/platform/tenants" className={buttonClass("primary")}>
            {t.tenants}
          </Link>
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <ul className="flex flex-col divide-y divide-hairline rounded-xl border border-hairline bg-surface px-4 py-3">
          {data.items.map((stay) => (
            <Stay key={stay.id} stay={stay} named />
          ))}
        </ul>
      )}
      <Pager page={page} next={data?.nextPage} onPage={(next) => void navigate({ search: next ? { page: next } : {} })} />
    </Page>
  );
}

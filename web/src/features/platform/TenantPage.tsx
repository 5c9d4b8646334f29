import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import type { CustomerDetailView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { country, date } from "@/lib/format";
import { Back } from "@/ui/Back";
import { Card } from "@/ui/Card";
import { Skeleton } from "@/ui/Empty";
import { Num } from "@/ui/Num";
import { Page } from "@/ui/Page";
import { Bdi, Ltr } from "@/ui/Text";

import { Limits } from "./Limits";
import { customerQuery } from "./queries";
import { Standing } from "./Standing";
import { StaysHere } from "./StaysHere";
import { Suspension } from "./Suspension";
import { platform } from "./texts";

const route = getRouteApi("/platform/tenants/$tenantId");

/** One tenant: what it has, what its plan allows, whether it works, and a way in to help. */
export function TenantPage() {
  const t = useTexts(platform);
  const can = useCan();
  const { tenantId } = route.useParams();
  const { data, error, refetch } = useQuery(customerQuery(tenantId));
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  return (
    <Page
      title={data?.name ?? t.tenants}
      back={<Back to="/platform/tenants">{t.tenants}</Back>}
      actions={data && <Standing suspended={data.suspended !== null} />}
      width="form"
    >
      {!data && <Skeleton className="h-72" />}
      {data && (
        <>
          <Facts tenant={data} />
          {can("platform:support") && <StaysHere tenant={data} />}
          {can("platform:manage") && (
            <>
              <Limits tenant={data} />
              <Suspension tenant={data} />
            </>
          )}
        </>
      )}
    </Page>
  );
}

function Facts({ tenant }: { tenant: CustomerDetailView }) {
  const t = useTexts(platform);
  const counts: [string, number, number | null | undefined][] = [
    [t.members, tenant.counts.members, tenant.limits.members],
    [t.clinics, tenant.counts.clinics, tenant.limits.clinics],
    [t.owners, tenant.counts.owners, undefined],
    [t.roles, tenant.counts.roles, undefined],
  ];
  return (
    <Card title={t.facts}>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {counts.map(([label, count, limit]) => (
          <div key={label} className="flex flex-col-reverse justify-end rounded-lg bg-raised px-3 py-2.5">
            <dt className="text-sm text-muted">{label}</dt>
            <dd className="text-2xl font-bold">
              <Num of={count} />
              {typeof limit === "number" && (
                <span className="text-base font-normal text-muted">
                  {" / "}
                  <Num of={limit} />
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <dl className="grid gap-x-6 gap-y-1.5 text-sm sm:grid-cols-2">
        <Fact label={t.slug}>
          <Ltr>{tenant.slug}</Ltr>
        </Fact>
        {tenant.kind !== "platform" && <Fact label={t.kind}>{t.kinds[tenant.kind]}</Fact>}
        <Fact label={t.country}>{country(tenant.region)}</Fact>
        <Fact label={t.language}>{t.languages[tenant.locale]}</Fact>
        <Fact label={t.createdAt}>{date(tenant.createdAt)}</Fact>
        <Fact label={t.id}>
          <Ltr>{tenant.id}</Ltr>
        </Fact>
        {tenant.suspended && (
          <>
            <Fact label={t.suspendedSince}>{date(tenant.suspended.at)}</Fact>
            <Fact label={t.reason}>
              <Bdi>{tenant.suspended.reason}</Bdi>
            </Fact>
          </>
        )}
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-2">
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

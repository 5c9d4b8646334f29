import { useQuery } from "@tanstack/react-query";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import { tenantQuery } from "@/app/tenant";
import { useTexts } from "@/i18n/texts";
import { Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";

import { TenantForm } from "./TenantForm";
import { clinics } from "./texts";

/** What the organisation is, where and when it works, and how its people sign in. */
export function TenantPage() {
  const t = useTexts(clinics);
  const can = useCan();
  const me = useMe();
  const tenant = useQuery(tenantQuery);
  if (tenant.error && !tenant.data) return <Broken error={tenant.error} retry={() => void tenant.refetch()} />;
  const mayChange = can("settings:manage") && me.clinics === "all";
  return (
    <Page title={t.tenantTitle} intro={mayChange ? t.tenantIntro : t.tenantReadOnly} width="form">
      {tenant.data ? <TenantForm key={tenant.data.id} tenant={tenant.data} mayChange={mayChange} /> : <Skeleton className="h-96" />}
    </Page>
  );
}

import { useQuery } from "@tanstack/react-query";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import { tenantQuery } from "@/app/tenant";
import { useTexts } from "@/i18n/texts";
import { Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";

import { LookForm } from "./LookForm";
import { clinics } from "./texts";

/** The organisation's colour, and what the screens make of it. */
export function LookPage() {
  const t = useTexts(clinics);
  const can = useCan();
  const me = useMe();
  const tenant = useQuery(tenantQuery);
  if (tenant.error && !tenant.data) return <Broken error={tenant.error} retry={() => void tenant.refetch()} />;
  const mayChange = can("settings:manage") && me.clinics === "all";
  return (
    <Page title={t.lookTitle} intro={mayChange ? t.lookIntro : t.tenantReadOnly}>
      {tenant.data ? <LookForm key={tenant.data.id} tenant={tenant.data} mayChange={mayChange} /> : <Skeleton className="h-96" />}
    </Page>
  );
}

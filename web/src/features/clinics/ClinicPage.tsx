import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import { tenantQuery } from "@/app/tenant";
import { useTexts } from "@/i18n/texts";
import { Back } from "@/ui/Back";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";

import { ClinicForm } from "./ClinicForm";
import { clinicQuery } from "./queries";
import { clinics } from "./texts";

const DeleteClinic = lazy(() => import("./DeleteClinic"));

const route = getRouteApi("/settings/clinics/$clinicId");

/** A branch: where it is, and when it is closed. */
export function ClinicPage() {
  const t = useTexts(clinics);
  const can = useCan();
  const me = useMe();
  const { clinicId } = route.useParams();
  const clinic = useQuery(clinicQuery(clinicId));
  const tenant = useQuery(tenantQuery);
  const [deleting, setDeleting] = useState(false);
  if (clinic.error && !clinic.data) return <Broken error={clinic.error} retry={() => void clinic.refetch()} />;
  const { data } = clinic;
  const may = can("clinics:manage");
  return (
    <Page
      title={data?.name ?? t.details}
      width="form"
      back={<Back to="/settings/clinics">{t.clinicsTitle}</Back>}
      intro={data && data.id === tenant.data?.firstClinic ? `${t.firstClinic}: ${t.firstClinicHint}` : undefined}
      actions={
        data &&
        may &&
        me.clinics === "all" && (
          <Button icon={Trash2} onClick={() => setDeleting(true)}>
            {t.deleteClinic}
          </Button>
        )
      }
    >
      {data ? <ClinicForm key={data.id} clinic={data} mayChange={may} /> : <Skeleton className="h-96" />}
      {deleting && data && (
        <Suspense>
          <DeleteClinic clinic={data} onClose={() => setDeleting(false)} />
        </Suspense>
      )}
    </Page>
  );
}

import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarOff, ChevronLeft, MapPin, Phone as PhoneIcon, Plus, Star } from "lucide-react";

import { clinicsQuery } from "@/app/clinics";
import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import { tenantQuery } from "@/app/tenant";
import type { ClinicView, Day } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { list } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr, Phone } from "@/ui/Text";

import { isPast, sayHoliday, today } from "./holidays";
import { clinics } from "./texts";

const NewClinic = lazy(() => import("./NewClinic"));

/** The branches: where each is, and when it is closed next. */
export function ClinicsPage() {
  const t = useTexts(clinics);
  const can = useCan();
  const me = useMe();
  const all = useQuery({ ...clinicsQuery, staleTime: 0 });
  const tenant = useQuery(tenantQuery);
  const [adding, setAdding] = useState(false);
  if (all.error && !all.data) return <Broken error={all.error} retry={() => void all.refetch()} />;
  const mayAdd = can("clinics:manage") && me.clinics === "all";
  return (
    <Page
      title={t.clinicsTitle}
      intro={t.clinicsIntro}
      actions={
        mayAdd && (
          <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
            {t.addClinic}
          </Button>
        )
      }
    >
      {tenant.data && <Closed days={tenant.data.weekend} />}
      {!all.data && <Skeleton className="h-40" />}
      <ul className="grid gap-3 sm:grid-cols-2">
        {all.data?.map((clinic) => (
          <li key={clinic.id}>
            <Branch of={clinic} isFirst={all.data.length > 1 && clinic.id === tenant.data?.firstClinic} />
          </li>
        ))}
      </ul>
      {adding && (
        <Suspense>
          <NewClinic onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </Page>
  );
}

/** The days on which all branches are closed. */
function Closed({ days }: { days: Day[] }) {
  const t = useTexts(clinics);
  const can = useCan();
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="text-muted">{t.closedOn}</span>
      <span className="font-medium">{days.length > 0 ? list(days.map((day) => t.days[day])) : t.noWeekend}</span>
      {can("settings:manage") && (
        <Link to="/settings/tenant" className="inline-flex min-h-6 items-center text-brand underline">
          {t.changeWeekend}
        </Link>
      )}
    </p>
  );
}

function Branch({ of: clinic, isFirst }: { of: ClinicView; isFirst: boolean }) {
  const t = useTexts(clinics);
  const next = clinic.holidays.find((holiday) => !isPast(holiday, today()));
  return (
    <Link
      to="/settings/clinics/$clinicId"
      params={{ clinicId: clinic.id }}
      className="flex h-full flex-col gap-2 rounded-xl border border-hairline bg-surface p-4 transition-colors hover:border-brand"
    >
      <span className="flex items-start justify-between gap-2">
        <Bdi className="font-semibold">{clinic.name}</Bdi>
        <Icon of={ChevronLeft} className="mt-1 size-4 text-muted ltr:-scale-x-100" />
      </span>
      {isFirst && (
        <span>
          <Badge tone="brand" icon={Star}>
            {t.firstClinic}
          </Badge>
        </span>
      )}
      {clinic.address && (
        <span className="flex gap-2 text-sm text-muted">
          <Icon of={MapPin} className="mt-0.5 size-4" />
          <Bdi className="whitespace-pre-line">{clinic.address}</Bdi>
        </span>
      )}
      {clinic.phone && (
        <span className="flex items-center gap-2 text-sm text-muted">
          <Icon of={PhoneIcon} className="size-4" />
          <Phone of={clinic.phone} />
        </span>
      )}
      {clinic.timezone && (
        <span className="text-sm text-muted">
          <Ltr>{clinic.timezone}</Ltr>
        </span>
      )}
      <span className="mt-auto flex gap-2 pt-1 text-sm text-muted">
        <Icon of={CalendarOff} className="mt-0.5 size-4" />
        {next ? (
          <span>
            {t.nextHoliday}: <Bdi>{sayHoliday(next, t.span)}</Bdi>
          </span>
        ) : (
          t.noHolidayAhead
        )}
      </span>
    </Link>
  );
}

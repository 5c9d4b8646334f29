import { lazy, Suspense, useState, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";

import { useCan } from "@/app/me";
import type { PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { date } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr, Phone } from "@/ui/Text";

import { Consent } from "./Consent";
import { sharingQuery } from "./queries";
import { patients } from "./texts";

const EditPatient = lazy(() => import("./EditPatient"));

export function Overview({ patient }: { patient: PatientView }) {
  return (
    <div className="grid items-start gap-4 md:grid-cols-2">
      <Details patient={patient} />
      <div className="flex flex-col gap-4">
        <Consent patient={patient} />
        <Sharing patient={patient} />
      </div>
    </div>
  );
}

function Details({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const edit = can("patients:write") && (
    <Button size="sm" icon={Pencil} onClick={() => setEditing(true)}>
      {t.edit}
    </Button>
  );
  return (
    <Card title={t.details} actions={edit}>
      <dl className="grid grid-cols-[minmax(6.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-2.5">
        <Fact name={t.fullName}>
          <Bdi>{patient.fullName}</Bdi>
        </Fact>
        <Fact name={t.phone}>
          <Phone of={patient.phoneNumber} />
          {patient.warnings?.includes("NotMobile") && (
            <span className="mt-1 block">
              <Badge tone="warn">{t.notMobile}</Badge>
            </span>
          )}
        </Fact>
        <Fact name={t.fileNumber}>{patient.localId ? <Ltr>{patient.localId}</Ltr> : <None />}</Fact>
        <Fact name={t.nationalId}>{patient.nationalId ? <Ltr>{patient.nationalId}</Ltr> : <None />}</Fact>
        {Object.entries(patient.metadata ?? {}).map(([name, text]) => (
          <Fact key={name} name={<Bdi>{name}</Bdi>}>
            <span dir="auto" className="block whitespace-pre-line">
              {text}
            </span>
          </Fact>
        ))}
        <Fact name={t.since}>{date(patient.createdAt)}</Fact>
        <Fact name={t.changed}>{date(patient.updatedAt)}</Fact>
      </dl>
      {editing && (
        <Suspense>
          <EditPatient patient={patient} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </Card>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function None() {
  return <span className="text-muted">{useTexts(patients).none}</span>;
}

/** A family has one phone: whoever calls may be one of these. */
function Sharing({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  // A number that is masked cannot be searched for.
  const whole = /^\+\d+$/.test(patient.phoneNumber);
  const { data = [] } = useQuery({ ...sharingQuery(patient.phoneNumber), enabled: whole });
  const others = data.filter(({ id, phoneNumber }) => id !== patient.id && phoneNumber === patient.phoneNumber);
  if (others.length === 0) return null;
  return (
    <Card title={t.sharing}>
      <ul className="-mx-2 flex flex-col">
        {others.map((other) => (
          <li key={other.id}>
            <Link
              to="/patients/$patientId"
              params={{ patientId: other.id }}
              className="flex min-h-11 items-center justify-between gap-3 rounded-md px-2 hover:bg-raised"
            >
              <Bdi className="min-w-0 font-medium text-brand">{other.fullName}</Bdi>
              {other.localId && (
                <span className="text-sm text-muted">
                  {t.file} <Ltr>{other.localId}</Ltr>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

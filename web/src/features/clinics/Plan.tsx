import type { LimitsView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Num } from "@/ui/Num";

import { Card } from "@/ui/Card";
import { clinics } from "./texts";

/** What the plan allows: seen here, changed by those who run the platform. */
export function Plan({ limits }: { limits: LimitsView }) {
  const t = useTexts(clinics);
  const rows: [string, number | null][] = [
    [t.planMembers, limits.members],
    [t.planClinics, limits.clinics],
  ];
  return (
    <Card title={t.plan}>
      <dl className="grid grid-cols-2 gap-4">
        {rows.map(([label, most]) => (
          <div key={label}>
            <dt className="text-sm text-muted">{label}</dt>
            <dd className="font-medium">{most === null ? t.noLimit : <Num of={most} />}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

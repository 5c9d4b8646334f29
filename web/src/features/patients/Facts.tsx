import type { PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Badge } from "@/ui/Status";
import { Ltr, Phone } from "@/ui/Text";

import { patients } from "./texts";

/** What tells two people of one name apart. */
export function Facts({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-0.5 text-sm text-muted">
      <Phone of={patient.phoneNumber} />
      {patient.warnings?.includes("NotMobile") && <Badge tone="warn">{t.notMobile}</Badge>}
      {patient.localId && (
        <span>
          {t.file} <Ltr className="text-text">{patient.localId}</Ltr>
        </span>
      )}
      {patient.nationalId && (
        <span>
          {t.identity} <Ltr>{patient.nationalId}</Ltr>
        </span>
      )}
    </span>
  );
}

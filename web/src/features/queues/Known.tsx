import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { mayBePhone } from "@/lib/phone";
import { Button } from "@/ui/Button";
import { useSettled } from "@/ui/settled";
import { Bdi, Ltr, Phone } from "@/ui/Text";

import { patientsQuery, type Line } from "./queries";
import { queues } from "./texts";

interface KnownProps {
  search: string;
  line: Line;
  /** Whether their numbers are seen in full, without which nobody can be added by them. */
  canAdd: boolean;
  onAdd: (patient: PatientView) => void;
}

/** Those who are registered already and may be meant. Who stands in the line is named with the number. */
export function Known({ search, line, canAdd, onAdd }: KnownProps) {
  const t = useTexts(queues);
  const settled = useSettled(search.trim());
  const enough = mayBePhone(settled) || (settled.length >= 2 && /[\p{L}]/u.test(settled));
  const { data } = useQuery({ ...patientsQuery(settled), enabled: enough, placeholderData: keepPreviousData });
  const found = enough ? (data?.items ?? []) : [];
  const open = [...line.waiting, ...line.serving];
  return (
    // It keeps its size: what is pressed next must not move away under the hand.
    <section aria-label={t.known} tabIndex={found.length > 0 ? 0 : undefined} className="flex h-36 flex-col gap-2 overflow-y-auto">
      <p role="status" className={found.length > 0 ? "text-sm font-medium" : "text-sm text-muted"}>
        {enough && data ? t.knownCount(found.length) : t.knownHint}
      </p>
      {found.length > 0 && (
        <ul className="flex flex-col divide-y divide-hairline rounded-lg border border-hairline">
          {found.map((patient) => {
            const ticket = open.find((one) => one.patientId === patient.id);
            return (
              <li key={patient.id} className="flex items-center gap-3 px-3 py-2">
                <div className="min-w-0 flex-1">
                  <Bdi className="block font-medium">{patient.fullName}</Bdi>
                  <p className="flex flex-wrap gap-x-3 text-sm text-muted">
                    <Phone of={patient.phoneNumber} />
                    {patient.localId && (
                      <span>
                        {t.file} <Ltr>{patient.localId}</Ltr>
                      </span>
                    )}
                  </p>
                </div>
                {ticket ? (
                  <span className="text-sm text-muted">{t.alreadyNumber(ticket.ticketNumber)}</span>
                ) : (
                  canAdd && (
                    <Button size="sm" aria-label={t.addKnown(patient.fullName)} onClick={() => onAdd(patient)}>
                      {t.add}
                    </Button>
                  )
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

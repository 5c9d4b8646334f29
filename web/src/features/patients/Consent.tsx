import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { BellOff, BellRing, CircleQuestionMark } from "lucide-react";

import { useCan, useMe } from "@/app/me";
import type { ConsentView, PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { moment } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Badge } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { consentQuery, useMemberName } from "./queries";
import { patients } from "./texts";

const SetConsent = lazy(() => import("./SetConsent"));

/** Whether they want messages, how that is known, and who said so. One channel so far: WhatsApp. */
export function Consent({ patient }: { patient: PatientView }) {
  const t = useTexts(patients);
  const can = useCan();
  const consent = useQuery(consentQuery(patient.id));
  const [setting, setSetting] = useState(false);
  const change = consent.data && can("patients:write") && (
    <Button size="sm" onClick={() => setSetting(true)}>
      {t.change}
    </Button>
  );
  return (
    <Card title={t.consent} actions={change}>
      {consent.error && !consent.data && (
        <Problem error={consent.error}>
          <Button size="sm" onClick={() => void consent.refetch()}>
            {t.again}
          </Button>
        </Problem>
      )}
      {!consent.data && !consent.error && <Skeleton className="h-16" />}
      {consent.data && <Said of={consent.data} />}
      {setting && consent.data && (
        <Suspense>
          <SetConsent patient={patient} consent={consent.data} onClose={() => setSetting(false)} />
        </Suspense>
      )}
    </Card>
  );
}

export function ConsentState({ of }: { of: ConsentView["state"] }) {
  const t = useTexts(patients);
  if (of === "opted_in") return <Badge tone="ok" icon={BellRing}>{t.optedIn}</Badge>;
  if (of === "opted_out") return <Badge tone="bad" icon={BellOff}>{t.optedOut}</Badge>;
  return <Badge tone="idle" icon={CircleQuestionMark}>{t.notSaid}</Badge>;
}

function Said({ of }: { of: ConsentView }) {
  const t = useTexts(patients);
  const me = useMe();
  const member = useMemberName(of.member === me.id ? null : of.member);
  const who = of.member === me.id ? t.byYou : member ? t.byMember(member) : t.byTeam;
  const proofs = { message: t.byPatient, member: who, provider: t.byWhatsApp, number: t.byNumber };
  return (
    <div className="flex flex-col items-start gap-2">
      <ConsentState of={of.state} />
      <p className="text-sm">{of.state === null ? t.notSaidHint : of.state === "opted_in" ? t.optedInHint : t.optedOutHint}</p>
      {of.proof && (
        <p className="text-sm text-muted">
          {proofs[of.proof]}
          {of.since && ` · ${moment(of.since)}`}
        </p>
      )}
      {of.words && (
        <blockquote dir="auto" className="w-full border-s-2 border-line ps-3 text-sm">
          {of.words}
        </blockquote>
      )}
      {of.reason && (
        <p className="text-sm">
          <span className="text-muted">{t.reason}</span> <Bdi>{of.reason}</Bdi>
        </p>
      )}
    </div>
  );
}

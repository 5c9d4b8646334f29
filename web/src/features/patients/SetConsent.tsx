import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { Failure } from "@/api/failure";
import { getConsent, setConsent, type ConsentState as State, type ConsentView, type PatientView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Conflict } from "@/ui/Conflict";
import Dialog from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { FilterChips } from "@/ui/FilterChips";
import { Form, useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";

import { ConsentState } from "./Consent";
import { patients } from "./texts";

interface SetConsentProps {
  patient: PatientView;
  consent: ConsentView;
  onSaved?: () => void;
  onClose: () => void;
}

/** Records what a patient said to a member: what they want, and how that is known. */
export default function SetConsent({ patient, consent, onSaved, onClose }: SetConsentProps) {
  const t = useTexts(patients);
  const sending = useSending();
  const client = useQueryClient();
  const [state, setState] = useState<State>(consent.state === "opted_out" ? "opted_in" : "opted_out");
  const [reason, setReason] = useState("");
  const [theirs, setTheirs] = useState<ConsentView>();
  const path = { patientId: patient.id };
  const show = (view: ConsentView) => client.setQueryData(keys.consent(patient.id), view);
  const save = (version: number) =>
    void sending.submit(async () => {
      try {
        show(await call(setConsent, { path, body: { state, reason }, version }));
      } catch (error) {
        setTheirs(undefined);
        if (!(error instanceof Failure && error.code === "StaleVersion")) throw error;
        setTheirs(await call(getConsent, { path }));
        return;
      }
      void client.invalidateQueries({ queryKey: keys.conversation(patient.id) });
      toast({ text: state === "opted_in" ? t.nowIn(patient.fullName) : t.nowOut(patient.fullName) });
      onSaved?.();
      onClose();
    });
  const resolve = (standing: ConsentView, given: string[]) => {
    show(standing);
    if (given.length === 0) save(standing.version);
    else onClose();
  };
  const title = t.consentOf(patient.fullName);
  if (theirs) {
    const row = { id: "state", label: t.consent, theirs: <ConsentState of={theirs.state} />, mine: <ConsentState of={state} /> };
    return (
      <Dialog title={title} onClose={onClose} wide>
        <Conflict differences={[row]} busy={sending.busy} onSave={(given) => resolve(theirs, given)} onDiscard={() => resolve(theirs, ["state"])} />
      </Dialog>
    );
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <Form sending={sending} onSubmit={() => save(consent.version)} fields={["reason"]} className="flex flex-col gap-4" label={title}>
        <FilterChips
          label={t.wants}
          chips={[
            { id: "opted_in" as State, label: t.optedIn },
            { id: "opted_out" as State, label: t.optedOut },
          ]}
          chosen={state}
          onChoose={setState}
        />
        <p className="text-sm text-muted">{state === "opted_in" ? t.optedInHint : t.optedOutHint}</p>
        <Field label={t.reasonField} name="reason" hint={t.reasonHint} autoFocus autoComplete="off" onText={setReason} />
        <Button type="submit" look="primary" busy={sending.busy}>
          {state === "opted_in" ? t.confirmIn : t.confirmOut}
        </Button>
      </Form>
    </Dialog>
  );
}

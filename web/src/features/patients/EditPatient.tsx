import { useState } from "react";
import { Link } from "@tanstack/react-router";

import { call } from "@/api/client";
import { Failure, faultOf } from "@/api/failure";
import { getPatient, updatePatient, type PatientView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button, buttonClass } from "@/ui/Button";
import { Conflict, type Difference } from "@/ui/Conflict";
import Dialog from "@/ui/Dialog";
import { Field, PhoneField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { Bdi, Ltr, Phone } from "@/ui/Text";
import { toast } from "@/ui/Toast";

import { bodyOf, contested, differing, FIELDS, repeated, typedOf, type FieldName, type Typed } from "./edit";
import { Extras } from "./Extras";
import { useRefreshPatient } from "./queries";
import { patients } from "./texts";

interface EditPatientProps {
  patient: PatientView;
  /** A new number that is known already. */
  phone?: string;
  onSaved?: () => void;
  onClose: () => void;
}

/** Corrects a record. Only what was changed is sent; what another one changed meanwhile is shown beside it. */
export default function EditPatient({ patient, phone, onSaved, onClose }: EditPatientProps) {
  const t = useTexts(patients);
  const { optional } = useTexts(common);
  const sending = useSending();
  const refresh = useRefreshPatient(patient.id);
  const [base, setBase] = useState(patient);
  const [typed, setTyped] = useState<Typed>({ ...typedOf(patient), ...(phone && { phoneNumber: phone }) });
  const [twice, setTwice] = useState<string>();
  const [theirs, setTheirs] = useState<PatientView>();
  const set = (change: Partial<Typed>) => setTyped((before) => ({ ...before, ...change }));

  const save = (on: PatientView, wanted: Typed) => {
    const name = repeated(wanted.metadata);
    setTwice(name);
    if (name !== undefined) return;
    const fields = differing(typedOf(on), wanted);
    void sending.submit(async () => {
      if (fields.length > 0) {
        try {
          await call(updatePatient, { path: { patientId: patient.id }, body: bodyOf(wanted, fields), version: on.version });
        } catch (error) {
          setTheirs(undefined);
          if (!(error instanceof Failure && error.code === "StaleVersion")) throw error;
          setTheirs(await call(getPatient, { path: { patientId: patient.id } }));
          return;
        }
        await refresh();
        toast({ text: t.saved });
      }
      onSaved?.();
      onClose();
    });
  };
  const resolve = (standing: PatientView, given: FieldName[]) => {
    const [before, now] = [typedOf(base), typedOf(standing)];
    // What they did not touch, and what they gave up, is as it stands now.
    const kept = differing(before, typed).filter((name) => !given.includes(name));
    const wanted = FIELDS.reduce((all, name) => (kept.includes(name) ? { ...all, [name]: typed[name] } : all), now);
    setBase(standing);
    setTyped(wanted);
    save(standing, wanted);
  };
  const letGo = () => {
    void refresh();
    onClose();
  };
  const inTheWay =
    faultOf(updatePatient, sending.error, "FileNumberTaken")?.id ??
    faultOf(updatePatient, sending.error, "NationalIdTaken")?.id ??
    faultOf(updatePatient, sending.error, "PatientExists")?.id;
  return (
    <Dialog title={t.editTitle(patient.fullName)} onClose={onClose} wide={theirs !== undefined}>
      {theirs ? (
        <Conflict
          differences={differencesOf(base, typed, theirs, t)}
          busy={sending.busy}
          onSave={(given) => resolve(theirs, given)}
          onDiscard={letGo}
        />
      ) : (
        <Form
          sending={sending}
          onSubmit={() => save(base, typed)}
          fields={[...FIELDS.slice(0, -1), ...typed.metadata.map(({ name }) => `metadata.${name.trim()}`)]}
          className="flex flex-col gap-4"
          label={t.editTitle(patient.fullName)}
        >
          {inTheWay && (
            <Link to="/patients/$patientId" params={{ patientId: inTheWay }} onClick={onClose} className={buttonClass()}>
              {t.openOther}
            </Link>
          )}
          <Field label={t.fullName} name="fullName" autoFocus autoComplete="off" defaultValue={typed.fullName} onText={(fullName) => set({ fullName })} />
          <PhoneField label={t.phone} name="phoneNumber" hint={t.phoneHint} defaultValue={typed.phoneNumber} onText={(phoneNumber) => set({ phoneNumber })} />
          <Field label={t.fileNumber} name="localId" optional={optional} autoComplete="off" dir="ltr" defaultValue={typed.localId} onText={(localId) => set({ localId })} />
          <Field label={t.nationalId} name="nationalId" optional={optional} autoComplete="off" dir="ltr" inputMode="numeric" defaultValue={typed.nationalId} onText={(nationalId) => set({ nationalId })} />
          <Extras of={typed.metadata} twice={twice} onChange={(metadata) => set({ metadata })} />
          <Button type="submit" look="primary" busy={sending.busy}>
            {t.save}
          </Button>
        </Form>
      )}
    </Dialog>
  );
}

type Texts = ReturnType<typeof useTexts<typeof patients.texts>>;

function differencesOf(base: PatientView, typed: Typed, standing: PatientView, t: Texts): Difference<FieldName>[] {
  const now = typedOf(standing);
  const fields = contested(typedOf(base), typed, now);
  const labels: Record<FieldName, string> = {
    fullName: t.fullName,
    phoneNumber: t.phone,
    localId: t.fileNumber,
    nationalId: t.nationalId,
    metadata: t.extras,
  };
  const row = (id: FieldName) => ({ id, label: labels[id], theirs: shown(id, now) });
  return [...fields.mine.map((id) => ({ ...row(id), mine: shown(id, typed) })), ...fields.theirs.map(row)];
}

function shown(id: FieldName, { fullName, phoneNumber, metadata, ...rest }: Typed) {
  if (id === "fullName") return fullName && <Bdi>{fullName}</Bdi>;
  if (id === "phoneNumber") return phoneNumber && <Phone of={phoneNumber} />;
  if (id === "metadata") return metadata.map(({ name, text }) => `${name}: ${text}`).join("\n");
  return rest[id] && <Ltr>{rest[id]}</Ltr>;
}

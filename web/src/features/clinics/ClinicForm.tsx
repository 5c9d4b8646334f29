import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { updateClinic, type ClinicView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Clashes } from "@/ui/Conflict";
import { Form, useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";
import { useVersioned } from "@/ui/versioned";

import { bodyOf, loadClinic, readOf, type Values } from "./clinic";
import { ClinicFields } from "./ClinicFields";
import { Holidays } from "./Holidays";
import { sayHoliday } from "./holidays";
import { SaveBar } from "./SaveBar";
import { Card } from "@/ui/Card";
import { clinics } from "./texts";

interface ClinicFormProps {
  clinic: ClinicView;
  mayChange: boolean;
}

/** All of a branch is kept at once, its holidays with it. */
export function ClinicForm({ clinic, mayChange }: ClinicFormProps) {
  const t = useTexts(clinics);
  const client = useQueryClient();
  const sending = useSending();
  const form = useVersioned<Values>(readOf(clinic), () => loadClinic(clinic.id));
  const { typed, set } = form;
  const submit = () =>
    sending.submit(async () => {
      const done = await form.save(async (_, values, version) => {
        const next = await call(updateClinic, { path: { clinicId: clinic.id }, body: bodyOf(values), version });
        client.setQueryData(keys.clinic(clinic.id), next);
        return readOf(next);
      });
      await client.invalidateQueries({ queryKey: keys.clinics });
      if (done) toast({ text: t.saved });
    });
  const labels: Record<keyof Values, string> = {
    name: t.clinicName,
    slug: t.clinicSlug,
    address: t.address,
    phone: t.phone,
    timezone: t.clinicZone,
    holidays: t.holidays,
  };
  const words = (name: keyof Values, of: Values) =>
    name === "holidays" ? of.holidays.map((one) => sayHoliday(one, t.span)).join(" · ") : of[name];
  const rows = typed.holidays.map((_, n) => `holidays[${n}]`);
  if (form.clashes.length > 0) return <Clashes form={form} labels={labels} words={words} busy={sending.busy} onSave={() => void submit()} />;
  return (
    <Form
      sending={sending}
      onSubmit={() => void submit()}
      fields={[...Object.keys(labels), ...rows]}
      className="flex flex-col gap-4"
      label={t.details}
    >
      <Card title={t.details}>
        <ClinicFields typed={typed} set={set} off={!mayChange} />
      </Card>
      <Holidays holidays={typed.holidays} mayChange={mayChange} onHolidays={(holidays) => set({ holidays })} />
      {mayChange && <SaveBar isChanged={form.isChanged} busy={sending.busy} onDiscard={form.discard} />}
    </Form>
  );
}

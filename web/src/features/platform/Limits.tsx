import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { Failure } from "@/api/failure";
import { setLimits, type CustomerDetailView, type PlanView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Clashes } from "@/ui/Conflict";
import { DigitsField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";
import { useVersioned, type Read } from "@/ui/versioned";

import { customerQuery } from "./queries";
import { platform } from "./texts";

interface Values {
  members: string;
  clinics: string;
}

const FIELDS = ["members", "clinics"] as const;

const readOf = ({ limits, version }: { limits: PlanView; version: number }): Read<Values> => ({
  version,
  values: { members: limits.members?.toString() ?? "", clinics: limits.clinics?.toString() ?? "" },
});

/** A field that is empty is no limit. */
const limitOf = (text: string) => (text.trim() === "" ? null : wholeNumber(text));

/** What the plan allows. Whoever is there already stays. */
export function Limits({ tenant }: { tenant: CustomerDetailView }) {
  const t = useTexts(platform);
  const { notNumber } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const load = async () => readOf(await client.fetchQuery({ ...customerQuery(tenant.id), staleTime: 0 }));
  const form = useVersioned<Values>(readOf(tenant), load, `limits ${tenant.id}`);
  const { typed, set } = form;
  const submit = () =>
    sending.submit(async () => {
      const done = await form.save(async (_, values, version) => {
        const [members, clinics] = [limitOf(values.members), limitOf(values.clinics)];
        if (members === undefined || clinics === undefined) {
          const wrong = FIELDS.filter((field) => limitOf(values[field]) === undefined);
          throw new Failure(422, wrong.map((field) => ({ code: "WrongType", message: notNumber, field })), "");
        }
        return readOf(await call(setLimits, { path: { tenantId: tenant.id }, body: { members, clinics }, version }));
      });
      if (!done) return;
      toast({ text: t.limitsSaved });
      void client.invalidateQueries({ queryKey: keys.anyCustomer });
    });
  const isBelow = (field: keyof Values) => (limitOf(typed[field]) ?? Infinity) < tenant.counts[field];
  const labels: Record<keyof Values, string> = { members: t.maxMembers, clinics: t.maxClinics };
  const words = (name: keyof Values, of: Values) => of[name].trim() || t.noLimit;
  return (
    <Card title={t.limits} intro={t.limitsIntro}>
      {form.clashes.length > 0 ? (
        <Clashes form={form} labels={labels} words={words} busy={sending.busy} onSave={() => void submit()} />
      ) : (
        <Form sending={sending} onSubmit={() => void submit()} fields={[...FIELDS]} className="flex flex-col gap-4" label={t.limits}>
          <div className="grid gap-4 sm:grid-cols-2">
            <DigitsField label={t.maxMembers} name="members" hint={t.emptyNoLimit} value={typed.members} onText={(members) => set({ members })} />
            <DigitsField label={t.maxClinics} name="clinics" hint={t.emptyNoLimit} value={typed.clinics} onText={(clinics) => set({ clinics })} />
          </div>
          {FIELDS.some(isBelow) && <p className="text-sm text-warn">{t.limitsBelow}</p>}
          <Button type="submit" look="primary" busy={sending.busy} className="self-start">
            {t.save}
          </Button>
        </Form>
      )}
    </Card>
  );
}

import { useQueryClient } from "@tanstack/react-query";

import { meQuery } from "@/app/me";
import { call } from "@/api/client";
import { updateTenant, type CustomerKind, type Language, type OrganisationView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { place } from "@/lib/format";
import { Clashes } from "@/ui/Conflict";
import { Field, Select } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { Ltr } from "@/ui/Text";
import { toast } from "@/ui/Toast";
import { useVersioned } from "@/ui/versioned";

import { days } from "./durations";
import { Plan } from "./Plan";
import { SaveBar } from "./SaveBar";
import { Card } from "@/ui/Card";
import { SecurityRules } from "./SecurityRules";
import { bodyOf, loadTenant, placeOf, readOf, type Values } from "./tenant";
import { clinics } from "./texts";
import { useWords } from "./useWords";
import { Weekend } from "./Weekend";
import { regionOptions, zoneOptions } from "./zones";

const KINDS: CustomerKind[] = ["solo_doctor", "clinic", "multi_clinic", "hospital", "multi_branch"];
const LANGUAGES: Language[] = ["ar", "en"];

interface TenantFormProps {
  tenant: OrganisationView;
  mayChange: boolean;
}

export function TenantForm({ tenant, mayChange }: TenantFormProps) {
  const t = useTexts(clinics);
  const client = useQueryClient();
  const sending = useSending();
  const form = useVersioned<Values>(readOf(tenant), loadTenant);
  const words = useWords();
  const { typed, set } = form;
  const submit = () =>
    sending.submit(async () => {
      const done = await form.save(async (changed, _, version) => {
        const next = await call(updateTenant, { body: bodyOf(changed), version });
        client.setQueryData(keys.tenant, next);
        place(next);
        return readOf(next);
      });
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      if (done) toast({ text: t.saved });
    });
  const labels: Record<keyof Values, string> = {
    name: t.name,
    kind: t.kind,
    region: t.region,
    timezone: t.zone,
    locale: t.locale,
    weekend: t.weekend,
    auditDays: t.auditDays,
    idleMinutes: t.idle,
    absoluteHours: t.absolute,
    watchesSignIns: t.watches,
    secondFactorRoles: t.factorRoles,
    allowedAddresses: t.networks,
  };
  const plain = Object.keys(labels).map((name) => placeOf(name as keyof Values));
  const rows = typed.allowedAddresses.map((_, n) => `security.allowedAddresses[${n}]`);
  const off = !mayChange;
  const isOurs = tenant.kind !== "platform";
  if (form.clashes.length > 0) return <Clashes form={form} labels={labels} words={words} busy={sending.busy} onSave={() => void submit()} />;
  return (
    <Form
      sending={sending}
      onSubmit={() => void submit()}
      fields={[...plain, ...rows]}
      className="flex flex-col gap-4"
      label={t.tenantTitle}
    >
      <Card title={t.who}>
        <Field label={t.name} name="name" hint={t.nameHint} value={typed.name} disabled={off} autoComplete="organization" onText={(name) => set({ name })} />
        {isOurs && (
          <Select
            label={t.kind}
            name="kind"
            value={typed.kind}
            disabled={off}
            options={KINDS.map((value) => ({ value, label: t.kinds[value] }))}
            onText={(kind) => set({ kind: kind as CustomerKind })}
          />
        )}
        <div className="flex flex-col gap-1">
          <p className="text-sm font-medium">{t.slug}</p>
          <p>
            <Ltr>{tenant.slug}</Ltr>
          </p>
          <p className="text-sm text-muted">{t.tenantSlugHint}</p>
        </div>
      </Card>
      <Card title={t.whereWhen}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={t.region}
            name="region"
            hint={t.regionHint}
            value={typed.region}
            disabled={off}
            options={regionOptions(typed.region)}
            onText={(region) => set({ region })}
          />
          <Select
            label={t.locale}
            name="locale"
            hint={t.localeHint}
            value={typed.locale}
            disabled={off}
            options={LANGUAGES.map((value) => ({ value, label: t.languages[value] }))}
            onText={(locale) => set({ locale: locale as Language })}
          />
        </div>
        <Select
          label={t.zone}
          name="timezone"
          hint={t.zoneHint}
          value={typed.timezone}
          disabled={off}
          options={zoneOptions(typed.timezone)}
          onText={(timezone) => set({ timezone })}
        />
        <Weekend days={typed.weekend} off={off} onDays={(weekend) => set({ weekend })} />
      </Card>
      {tenant.security && <SecurityRules typed={typed} set={set} />}
      <Card title={t.records}>
        <Select
          label={t.auditDays}
          name="retention.auditDays"
          hint={t.auditDaysHint}
          value={typed.auditDays}
          disabled={off}
          options={days(typed.auditDays, t)}
          onText={(value) => set({ auditDays: Number(value) })}
        />
      </Card>
      <Plan limits={tenant.limits} />
      {mayChange && <SaveBar isChanged={form.isChanged} busy={sending.busy} onDiscard={form.discard} />}
    </Form>
  );
}

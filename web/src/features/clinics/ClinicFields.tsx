import { useQuery } from "@tanstack/react-query";

import { tenantQuery } from "@/app/tenant";
import { useTexts } from "@/i18n/texts";
import { Field, LatinField, PhoneField, Select, TextArea } from "@/ui/Field";
import { common } from "@/ui/texts";

import type { Values } from "./clinic";
import { clinics } from "./texts";
import { zoneOptions } from "./zones";

interface ClinicFieldsProps {
  typed: Values;
  set: (change: Partial<Values>) => void;
  off?: boolean;
  autoFocus?: boolean;
}

/** What there is to say of a branch, but for its holidays. */
export function ClinicFields({ typed, set, off = false, autoFocus = false }: ClinicFieldsProps) {
  const t = useTexts(clinics);
  const { optional } = useTexts(common);
  const tenant = useQuery(tenantQuery);
  return (
    <>
      <Field label={t.clinicName} name="name" value={typed.name} disabled={off} autoFocus={autoFocus} autoComplete="off" onText={(name) => set({ name })} />
      <LatinField
        label={t.clinicSlug}
        name="slug"
        hint={t.clinicSlugHint}
        value={typed.slug}
        disabled={off}
        autoComplete="off"
        onText={(slug) => set({ slug: slug.trim() })}
      />
      <TextArea
        label={t.address}
        name="address"
        optional={optional}
        hint={t.addressHint}
        rows={2}
        value={typed.address}
        disabled={off}
        onText={(address) => set({ address })}
      />
      <PhoneField label={t.phone} name="phone" optional={optional} value={typed.phone} disabled={off} onText={(phone) => set({ phone })} />
      <Select
        label={t.clinicZone}
        name="timezone"
        value={typed.timezone}
        disabled={off}
        options={[{ value: "", label: t.zoneOfTenant(tenant.data?.timezone ?? "") }, ...zoneOptions(typed.timezone || null)]}
        onText={(timezone) => set({ timezone })}
      />
    </>
  );
}

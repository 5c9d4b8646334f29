import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";

import { useCan, useMe } from "@/app/me";
import { sessionsQuery } from "@/features/account/queries";
import { useTexts } from "@/i18n/texts";
import { Button, IconButton } from "@/ui/Button";
import { Checkbox, Field, Select } from "@/ui/Field";
import { useFieldError, Wrong } from "@/ui/form";
import { useRows } from "@/ui/rows";

import { absolute, idle } from "./durations";
import { roleNamesQuery } from "./queries";
import { Card } from "@/ui/Card";
import { addressesOf, type Values } from "./tenant";
import { clinics } from "./texts";
import { useRoleName } from "./useWords";

interface RulesProps {
  typed: Values;
  set: (change: Partial<Values>) => void;
}

/** How everybody of the organisation signs in. */
export function SecurityRules({ typed, set }: RulesProps) {
  const t = useTexts(clinics);
  return (
    <Card title={t.security} intro={t.securityIntro}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t.idle}
          name="security.idleMinutes"
          value={typed.idleMinutes}
          options={idle(typed.idleMinutes, t)}
          onText={(value) => set({ idleMinutes: Number(value) })}
        />
        <Select
          label={t.absolute}
          name="security.absoluteHours"
          value={typed.absoluteHours}
          options={absolute(typed.absoluteHours, t)}
          onText={(value) => set({ absoluteHours: Number(value) })}
        />
      </div>
      <Checkbox
        label={t.watches}
        hint={t.watchesHint}
        name="security.watchesSignIns"
        checked={typed.watchesSignIns}
        onCheck={(watchesSignIns) => set({ watchesSignIns })}
      />
      <FactorRoles typed={typed} set={set} />
      <Networks typed={typed} set={set} />
    </Card>
  );
}

function FactorRoles({ typed, set }: RulesProps) {
  const t = useTexts(clinics);
  const can = useCan();
  const roles = useQuery({ ...roleNamesQuery, enabled: can("members:read") });
  const roleName = useRoleName();
  const chosen = typed.secondFactorRoles;
  const all = [...new Set([...(roles.data ?? []).map(({ id }) => id), ...chosen])];
  const error = useFieldError("security.secondFactorRoles");
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">{t.factorRoles}</legend>
      <p className="text-sm text-muted">{t.factorRolesHint}</p>
      {error && <p className="text-sm text-bad">{error}</p>}
      <div className="grid gap-x-4 sm:grid-cols-2">
        {all.map((id) => (
          <Checkbox
            key={id}
            label={roleName(id)}
            name="security.secondFactorRoles"
            checked={chosen.includes(id)}
            onCheck={(on) => set({ secondFactorRoles: all.filter((one) => (one === id ? on : chosen.includes(one))) })}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Networks({ typed, set }: RulesProps) {
  const t = useTexts(clinics);
  const rows = typed.allowedAddresses;
  const { box, leave } = useRows<HTMLFieldSetElement>();
  const become = (allowedAddresses: string[]) => set({ allowedAddresses });
  const error = useFieldError("security.allowedAddresses");
  // An operator who helps has no address of their own here.
  const { elevation } = useMe();
  const { data: sessions } = useQuery({ ...sessionsQuery, enabled: !elevation });
  const own = sessions?.find(({ current }) => current)?.address;
  return (
    <fieldset ref={box} className="flex flex-col gap-3">
      <legend className="mb-1 text-sm font-medium">{t.networks}</legend>
      <p className="text-sm text-muted">{t.networksHint}</p>
      {error && <Wrong>{error}</Wrong>}
      {rows.map((row, n) => (
        <div key={n} className="flex items-start gap-2">
          <Field
            label={t.network(n + 1)}
            name={`security.allowedAddresses[${n}]`}
            className="flex-1"
            dir="ltr"
            value={row}
            placeholder="203.0.113.0/24"
            autoComplete="off"
            spellCheck={false}
            onText={(text) => become(rows.map((one, at) => (at === n ? text.trim() : one)))}
            onPaste={(event) => {
              const pasted = addressesOf(event.clipboardData.getData("text/plain"));
              if (pasted.length < 2) return;
              event.preventDefault();
              become([...rows.slice(0, n), ...[row, ...pasted].filter(Boolean), ...rows.slice(n + 1)]);
            }}
          />
          <IconButton
            icon={Trash2}
            label={t.removeNetwork(n + 1)}
            className="mt-6.5"
            data-remove
            onClick={(event) => {
              leave(event.currentTarget);
              become(rows.filter((_, at) => at !== n));
            }}
          />
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" icon={Plus} data-add onClick={() => become([...rows, ""])}>
          {t.addNetwork}
        </Button>
        {own && !rows.includes(own) && (
          <Button
            look="quiet"
            size="sm"
            onClick={(event) => {
              leave(event.currentTarget);
              become([...rows.filter(Boolean), own]);
            }}
          >
            {t.addOwn(own)}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

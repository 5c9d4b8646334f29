import { useState } from "react";
import { Plus, Trash2 } from "lucide-react";

import { useMe } from "@/app/me";
import type { ClinicView, Coverage, RoleInClinic, RoleView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button, IconButton } from "@/ui/Button";
import { Select } from "@/ui/Field";
import { useRows } from "@/ui/rows";

import { Check } from "./parts";
import { useClinics, useRoles } from "./queries";
import { mayGive, type Assignment } from "./rights";
import { members } from "./texts";

/** What somebody is added as: until it is chosen, what most are. */
export function useAssignment(): [Assignment, (change: Partial<Assignment>) => void] {
  const me = useMe();
  const given = useRoles().filter((role) => mayGive(me, role));
  const usual = given.find(({ id }) => id === "receptionist") ?? given[0];
  const [chosen, setChosen] = useState<Partial<Assignment>>({});
  const assignment = { role: usual?.id ?? "", clinics: me.clinics, clinicRoles: [], ...chosen };
  return [assignment, (change) => setChosen((before) => ({ ...before, ...change }))];
}

interface AssignmentFieldsProps {
  of: Assignment;
  onChange: (change: Partial<Assignment>) => void;
}

/** A role, where it counts, and other roles in single clinics. */
export function AssignmentFields({ of, onChange }: AssignmentFieldsProps) {
  const t = useTexts(members);
  const me = useMe();
  const roles = useRoles();
  const clinics = useClinics();
  const given = roles.filter((role) => mayGive(me, role));
  const several = clinics.length > 1 || (clinics.length > 0 && of.clinics !== "all");
  return (
    <>
      <Select
        label={t.role}
        name="role"
        hint={given.length < roles.length ? t.rolesBeyond : undefined}
        value={of.role}
        options={given.map(({ id, title }) => ({ value: id, label: title }))}
        onText={(role) => onChange({ role })}
      />
      {several && <Clinics of={of.clinics} clinics={clinics} onChange={(covered) => onChange({ clinics: covered })} />}
      {several && (
        <Elsewhere of={of.clinicRoles} clinics={clinics} roles={given} onChange={(clinicRoles) => onChange({ clinicRoles })} />
      )}
    </>
  );
}

interface ClinicsProps {
  of: Coverage;
  clinics: ClinicView[];
  onChange: (clinics: Coverage) => void;
}

function Clinics({ of, clinics, onChange }: ClinicsProps) {
  const t = useTexts(members);
  const mayAll = useMe().clinics === "all";
  const some = of === "all" ? [] : of;
  const gone = some.filter((clinic) => !clinics.some(({ id }) => id === clinic));
  const toggle = (id: string, on: boolean) => onChange(on ? [...some, id] : some.filter((one) => one !== id));
  return (
    <fieldset className="flex flex-col">
      <legend className="text-sm font-medium">{t.clinics}</legend>
      {mayAll && (
        <div className="flex flex-wrap gap-x-6">
          <Check radio="coverage" label={t.allClinics} checked={of === "all"} onCheck={() => onChange("all")} />
          <Check radio="coverage" label={t.someClinics} checked={of !== "all"} onCheck={() => onChange([])} />
        </div>
      )}
      {of !== "all" && (
        <div className="grid gap-x-4 rounded-md border border-hairline px-3 sm:grid-cols-2">
          {clinics.map(({ id, name }) => (
            <Check key={id} label={name} checked={some.includes(id)} onCheck={(on) => toggle(id, on)} />
          ))}
          {gone.map((id) => (
            <Check key={id} label={t.goneClinic} checked onCheck={(on) => toggle(id, on)} />
          ))}
        </div>
      )}
    </fieldset>
  );
}

interface ElsewhereProps {
  of: RoleInClinic[];
  clinics: ClinicView[];
  roles: RoleView[];
  onChange: (roles: RoleInClinic[]) => void;
}

/** One clinic has one role at most. */
function Elsewhere({ of, clinics, roles, onChange }: ElsewhereProps) {
  const t = useTexts(members);
  const free = clinics.filter(({ id }) => !of.some(({ clinicId }) => clinicId === id));
  const [next] = free;
  // Who has another role in a clinic leads it, as a rule.
  const role = roles.find(({ id }) => id === "manager") ?? roles[0];
  const { box, leave } = useRows<HTMLFieldSetElement>();
  const set = (at: number, change: Partial<RoleInClinic>) => onChange(of.map((one, n) => (n === at ? { ...one, ...change } : one)));
  return (
    <fieldset ref={box} className="flex flex-col gap-2">
      <legend className="text-sm font-medium">{t.otherRoles}</legend>
      <p className="text-sm text-muted">{t.otherRolesHint}</p>
      {of.map((there, at) => {
        const name = clinics.find(({ id }) => id === there.clinicId)?.name ?? t.goneClinic;
        const offered = clinics.filter(({ id }) => id === there.clinicId || free.some((one) => one.id === id));
        return (
          <div key={there.clinicId} className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 rounded-md border border-hairline p-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
            <Select
              label={t.otherClinic}
              name={`clinicRoles[${at}].clinicId`}
              value={there.clinicId}
              options={offered.length > 0 ? offered.map(({ id, name: label }) => ({ value: id, label })) : [{ value: there.clinicId, label: name }]}
              onText={(clinicId) => set(at, { clinicId })}
            />
            <Select
              className="max-sm:col-start-1"
              label={t.otherRole}
              name={`clinicRoles[${at}].role`}
              value={there.role}
              options={roles.map(({ id, title }) => ({ value: id, label: title }))}
              onText={(given) => set(at, { role: given })}
            />
            <IconButton
              icon={Trash2}
              label={t.removeOtherRole(name)}
              data-remove
              onClick={(event) => {
                leave(event.currentTarget);
                onChange(of.filter((_, n) => n !== at));
              }}
            />
          </div>
        );
      })}
      {next && role && (
        <Button className="self-start" size="sm" icon={Plus} data-add onClick={() => onChange([...of, { clinicId: next.id, role: role.id }])}>
          {t.addOtherRole}
        </Button>
      )}
    </fieldset>
  );
}

/** The names under which the API tells what is wrong with these fields. */
export function assignmentFields({ clinicRoles }: Assignment): string[] {
  return ["role", ...clinicRoles.flatMap((_, at) => [`clinicRoles[${at}].clinicId`, `clinicRoles[${at}].role`])];
}

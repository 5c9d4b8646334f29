import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { Failure } from "@/api/failure";
import { getUser, updateUser, type MemberView, type UpdateUser } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { ltr } from "@/lib/bidi";
import { grouped } from "@/lib/phone";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Conflict, type Difference } from "@/ui/Conflict";
import { Field, PhoneField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

import { AssignmentFields, assignmentFields } from "./AssignmentFields";
import { useCoverage, useRoleTitle } from "./parts";
import { members } from "./texts";

type Typed = Pick<MemberView, "fullName" | "phone" | "email" | "role" | "clinics" | "clinicRoles">;

const FIELDS = ["fullName", "phone", "email", "role", "clinics", "clinicRoles"] as const;
type Name = (typeof FIELDS)[number];

const pick = ({ fullName, phone, email, role, clinics, clinicRoles }: MemberView): Typed => ({ fullName, phone, email, role, clinics, clinicRoles });
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What was changed, and nothing else: what somebody else changes meanwhile stays. */
export function changes(base: Typed, typed: Typed): UpdateUser {
  return Object.fromEntries(FIELDS.filter((name) => !same(base[name], typed[name])).map((name) => [name, typed[name]]));
}

export function EditMember({ member }: { member: MemberView }) {
  const t = useTexts(members);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  // What the form began with: the list may bring a newer one while somebody types.
  const [base, setBase] = useState(member);
  const [typed, setTyped] = useState(() => pick(member));
  const [theirs, setTheirs] = useState<MemberView>();
  const [round, setRound] = useState(0);
  const set = (change: Partial<Typed>) => setTyped((before) => ({ ...before, ...change }));
  const begin = (from: MemberView) => {
    setBase(from);
    setTyped(pick(from));
    setTheirs(undefined);
    setRound((n) => n + 1);
  };
  const body = changes(pick(base), typed);
  const isChanged = Object.keys(body).length > 0;
  const save = (change: UpdateUser, version: number) =>
    sending.submit(async () => {
      const path = { userId: member.id };
      try {
        const saved = await call(updateUser, { path, body: change, version });
        client.setQueryData(keys.member(member.id), saved);
        begin(saved);
        toast({ text: t.saved });
        await client.invalidateQueries({ queryKey: keys.members });
      } catch (error) {
        if (!(error instanceof Failure && error.code === "StaleVersion")) throw error;
        setTheirs(await call(getUser, { path }));
      }
    });
  if (theirs) {
    return (
      <Card title={t.details}>
        <Differences
          base={pick(base)}
          typed={typed}
          theirs={theirs}
          busy={sending.busy}
          onDiscard={() => begin(theirs)}
          onSave={(given) => {
            const kept = Object.fromEntries(Object.entries(body).filter(([name]) => !given.some((one) => one === name)));
            if (Object.keys(kept).length === 0) begin(theirs);
            else void save(kept, theirs.version);
          }}
        />
      </Card>
    );
  }
  return (
    <Card title={t.details}>
      <Form
        key={round}
        sending={sending}
        onSubmit={() => void save(body, base.version)}
        fields={["fullName", "phone", "email", ...assignmentFields(typed)]}
        className="flex flex-col gap-4"
        label={t.details}
      >
        <Field label={t.fullName} name="fullName" defaultValue={typed.fullName} autoComplete="off" onText={(text) => set({ fullName: text.trim() })} />
        <PhoneField
          label={t.phone}
          name="phone"
          optional={optional}
          hint={t.phoneHint}
          defaultValue={typed.phone ? grouped(typed.phone) : ""}
          onText={(text) => set({ phone: text.trim() === "" ? null : base.phone && text === grouped(base.phone) ? base.phone : text.trim() })}
        />
        <Field
          label={t.email}
          name="email"
          type="email"
          dir="ltr"
          optional={optional}
          autoComplete="off"
          defaultValue={typed.email ?? ""}
          onText={(text) => set({ email: text.trim() || null })}
        />
        <AssignmentFields of={typed} onChange={set} />
        <Button type="submit" look="primary" className="self-start" busy={sending.busy} off={!isChanged}>
          {t.save}
        </Button>
      </Form>
    </Card>
  );
}

interface DifferencesProps {
  base: Typed;
  typed: Typed;
  theirs: MemberView;
  busy: boolean;
  onSave: (given: Name[]) => void;
  onDiscard: () => void;
}

function Differences({ base, typed, theirs, busy, onSave, onDiscard }: DifferencesProps) {
  const t = useTexts(members);
  const titleOf = useRoleTitle();
  const coverage = useCoverage();
  const labels = { fullName: t.fullName, phone: t.phone, email: t.email, role: t.role, clinics: t.clinics, clinicRoles: t.otherRoles };
  const shown = (of: Typed, name: Name) => {
    if (name === "phone") return of.phone ? ltr(grouped(of.phone)) : "";
    if (name === "role") return titleOf(of.role);
    if (name === "clinics") return coverage(of.clinics);
    if (name === "clinicRoles") return of.clinicRoles.map((one) => `${coverage([one.clinicId])}: ${titleOf(one.role)}`).join(" · ");
    return of[name] ?? "";
  };
  const differences = FIELDS.filter((name) => !same(base[name], theirs[name]) || !same(base[name], typed[name])).map((name): Difference<Name> => {
    const isMine = !same(base[name], typed[name]) && !same(theirs[name], typed[name]);
    return { id: name, label: labels[name], theirs: shown(theirs, name), ...(isMine && { mine: shown(typed, name) }) };
  });
  return <Conflict differences={differences} busy={busy} onSave={onSave} onDiscard={onDiscard} />;
}

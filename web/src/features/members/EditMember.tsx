import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { getUser, updateUser, type MemberView, type UpdateUser } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { ltr } from "@/lib/bidi";
import { grouped } from "@/lib/phone";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Clashes } from "@/ui/Conflict";
import { Field, PhoneField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";
import { useVersioned, type Read } from "@/ui/versioned";

import { AssignmentFields, assignmentFields } from "./AssignmentFields";
import { useCoverage, useRoleTitle } from "./parts";
import type { Assignment } from "./rights";
import { members } from "./texts";

interface Values extends Assignment {
  fullName: string;
  phone: string;
  email: string;
}

const readOf = ({ fullName, phone, email, role, clinics, clinicRoles, version }: MemberView): Read<Values> => ({
  version,
  values: { fullName, phone: phone ? grouped(phone) : "", email: email ?? "", role, clinics, clinicRoles },
});

/** What was changed, and nothing else: what somebody else changes meanwhile stays. */
function bodyOf({ fullName, phone, email, ...assignment }: Partial<Values>): UpdateUser {
  return {
    ...assignment,
    ...(fullName !== undefined && { fullName: fullName.trim() }),
    ...(phone !== undefined && { phone: phone.trim() || null }),
    ...(email !== undefined && { email: email.trim() || null }),
  };
}

export function EditMember({ member }: { member: MemberView }) {
  const t = useTexts(members);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const words = useWords();
  const path = { userId: member.id };
  // The list may bring a newer one while somebody types.
  const form = useVersioned<Values>(readOf(member), async () => readOf(await call(getUser, { path })));
  const { typed, set } = form;
  const submit = () =>
    sending.submit(async () => {
      const done = await form.save(async (changed, values, version) => {
        // All of it was given up for what stands.
        if (Object.keys(changed).length === 0) return { version, values };
        const saved = await call(updateUser, { path, body: bodyOf(changed), version });
        client.setQueryData(keys.member(member.id), saved);
        return readOf(saved);
      });
      if (!done) return;
      toast({ text: t.saved });
      await client.invalidateQueries({ queryKey: keys.members });
    });
  const labels: Record<keyof Values, string> = {
    fullName: t.fullName,
    phone: t.phone,
    email: t.email,
    role: t.role,
    clinics: t.clinics,
    clinicRoles: t.otherRoles,
  };
  if (form.clashes.length > 0) {
    return (
      <Card title={t.details}>
        <Clashes form={form} labels={labels} words={words} busy={sending.busy} onSave={() => void submit()} />
      </Card>
    );
  }
  return (
    <Card title={t.details}>
      <Form
        sending={sending}
        onSubmit={() => void submit()}
        fields={["fullName", "phone", "email", ...assignmentFields(typed)]}
        className="flex flex-col gap-4"
        label={t.details}
      >
        <Field label={t.fullName} name="fullName" value={typed.fullName} autoComplete="off" onText={(fullName) => set({ fullName })} />
        <PhoneField
          label={t.phone}
          name="phone"
          optional={optional}
          hint={t.phoneHint}
          value={typed.phone}
          onText={(phone) => set({ phone })}
        />
        <Field
          label={t.email}
          name="email"
          type="email"
          dir="ltr"
          optional={optional}
          autoComplete="off"
          value={typed.email}
          onText={(email) => set({ email })}
        />
        <AssignmentFields of={typed} onChange={set} />
        <Button type="submit" look="primary" className="self-start" busy={sending.busy} off={!form.isChanged}>
          {t.save}
        </Button>
      </Form>
    </Card>
  );
}

/** What is to be chosen, in words. */
function useWords(): (name: keyof Values, of: Values) => string {
  const titleOf = useRoleTitle();
  const coverage = useCoverage();
  return (name, of) => {
    if (name === "phone") return of.phone && ltr(of.phone);
    if (name === "role") return titleOf(of.role);
    if (name === "clinics") return coverage(of.clinics);
    if (name === "clinicRoles") return of.clinicRoles.map((one) => `${coverage([one.clinicId])}: ${titleOf(one.role)}`).join(" · ");
    return of[name];
  };
}

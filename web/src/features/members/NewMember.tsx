import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { useMe } from "@/app/me";
import { call } from "@/api/client";
import { createUser, type CreateUser, type MemberView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Field, LatinField, PhoneField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { Bdi, Ltr } from "@/ui/Text";
import { common } from "@/ui/texts";

import { AssignmentFields, assignmentFields, useAssignment } from "./AssignmentFields";
import { QuotaHint } from "./parts";
import { members } from "./texts";
import { Told } from "./Told";

/** Makes a member at once; their first password is shown, this once. */
export default function NewMember({ onClose }: { onClose: () => void }) {
  const t = useTexts(members);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const [assignment, assign] = useAssignment();
  const [typed, setTyped] = useState<Pick<CreateUser, "fullName" | "username" | "phone" | "email">>({ fullName: "", username: "" });
  const [made, setMade] = useState<MemberView>();
  const set = (change: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...change }));
  const submit = () =>
    sending.submit(async (key) => {
      const body: CreateUser = { ...typed, ...assignment };
      const view = await call(createUser, { body, key: key(body) });
      setMade(view);
      await client.invalidateQueries({ queryKey: keys.members });
    });
  if (made) return <Temporary member={made} title={t.created} onClose={onClose} fresh />;
  return (
    <Dialog title={t.addTitle} onClose={onClose}>
      <Form
        sending={sending}
        onSubmit={() => void submit()}
        fields={["fullName", "username", "phone", "email", ...assignmentFields(assignment)]}
        className="flex flex-col gap-4"
        label={t.addTitle}
      >
        <p className="text-sm text-muted">{t.addIntro}</p>
        <Field label={t.fullName} name="fullName" autoFocus autoComplete="off" onText={(text) => set({ fullName: text.trim() })} />
        <LatinField
          label={t.username}
          name="username"
          hint={t.usernameHint}
          autoComplete="off"
          onText={(text) => set({ username: text.trim() })}
        />
        <PhoneField label={t.phone} name="phone" optional={optional} hint={t.phoneHint} onText={(text) => set({ phone: text.trim() || null })} />
        <AssignmentFields of={assignment} onChange={assign} />
        <QuotaHint role={assignment.role} />
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.create}
        </Button>
      </Form>
    </Dialog>
  );
}

interface TemporaryProps {
  member: MemberView;
  title: string;
  onClose: () => void;
  /** They are new here. */
  fresh?: boolean;
}

/** A password that is told once. */
export function Temporary({ member, title, onClose, fresh }: TemporaryProps) {
  const t = useTexts(members);
  const me = useMe();
  const { temporaryPassword } = member;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      firm
      footer={
        <Button look="primary" onClick={onClose}>
          {t.done}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
          <dt className="text-muted">{t.fullName}</dt>
          <dd>
            <Bdi>{member.fullName}</Bdi>
          </dd>
          <dt className="text-muted">{t.clinicName}</dt>
          <dd>
            <Ltr>{me.tenant.slug}</Ltr>
          </dd>
          <dt className="text-muted">{t.username}</dt>
          <dd>
            <Ltr>{member.username}</Ltr>
          </dd>
        </dl>
        {temporaryPassword ? <Told label={t.temporary} text={temporaryPassword} /> : <p>{t.alreadyTold}</p>}
        <p className="text-sm text-muted">{t.temporaryHint}</p>
        {fresh && <QuotaHint role={member.role} />}
      </div>
    </Dialog>
  );
}

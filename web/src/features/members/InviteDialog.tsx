import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { invite, type InvitationView, type Invite } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { ltr } from "@/lib/bidi";
import { grouped } from "@/lib/phone";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Field, PhoneField, Select } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";

import { AssignmentFields, assignmentFields, useAssignment } from "./AssignmentFields";
import { QuotaHint } from "./parts";
import { members } from "./texts";
import { Told } from "./Told";

const HOURS = [24, 72, 168, 336];

/** Invites somebody; then shows the link, this once. */
export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(members);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const [assignment, assign] = useAssignment();
  const [typed, setTyped] = useState<Pick<Invite, "fullName" | "phone" | "email" | "hours">>({ hours: 72 });
  const [made, setMade] = useState<InvitationView>();
  const set = (change: typeof typed) => setTyped((before) => ({ ...before, ...change }));
  const submit = () =>
    sending.submit(async (key) => {
      const body: Invite = { ...typed, ...assignment };
      const view = await call(invite, { body, key: key(body) });
      setMade(view);
      await client.invalidateQueries({ queryKey: keys.invitations });
    });
  if (made) return <Invited invitation={made} onClose={onClose} />;
  return (
    <Dialog title={t.invite} onClose={onClose}>
      <Form
        sending={sending}
        onSubmit={() => void submit()}
        fields={["fullName", "phone", "email", "hours", ...assignmentFields(assignment)]}
        className="flex flex-col gap-4"
        label={t.invite}
      >
        <p className="text-sm text-muted">{t.inviteIntro}</p>
        <Field
          label={t.fullName}
          name="fullName"
          optional={optional}
          hint={t.fullNameHint}
          autoFocus
          autoComplete="off"
          onText={(text) => set({ fullName: text.trim() || null })}
        />
        <PhoneField
          label={t.phone}
          name="phone"
          optional={optional}
          hint={t.invitePhoneHint}
          onText={(text) => set({ phone: text.trim() || null })}
        />
        <AssignmentFields of={assignment} onChange={assign} />
        <Select
          label={t.goodFor}
          name="hours"
          value={String(typed.hours)}
          options={HOURS.map((hours) => ({ value: String(hours), label: t.hours(hours) }))}
          onText={(hours) => set({ hours: Number(hours) })}
        />
        <QuotaHint role={assignment.role} later />
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.sendInvitation}
        </Button>
      </Form>
    </Dialog>
  );
}

/** The link of an invitation that was made, or made anew. */
export function Invited({ invitation, onClose }: { invitation: InvitationView; onClose: () => void }) {
  const t = useTexts(members);
  const { link, sent, phone, role } = invitation;
  return (
    <Dialog
      title={t.invited}
      onClose={onClose}
      firm
      footer={
        <Button look="primary" onClick={onClose}>
          {t.done}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {link === undefined ? (
          <p>{t.alreadyTold}</p>
        ) : (
          <>
            <p role="status">{sent && phone ? t.linkSent(ltr(grouped(phone))) : t.linkNotSent}</p>
            <Told label={t.link} text={link} shareable />
            <p className="text-sm text-muted">{t.onceOnly}</p>
          </>
        )}
        <QuotaHint role={role} later />
      </div>
    </Dialog>
  );
}

import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { call } from "@/api/client";
import { createClinic } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Form, useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";

import { bodyOf, NOTHING } from "./clinic";
import { ClinicFields } from "./ClinicFields";
import { clinics } from "./texts";

/** Adds a branch, and goes there. */
export default function NewClinic({ onClose }: { onClose: () => void }) {
  const t = useTexts(clinics);
  const client = useQueryClient();
  const navigate = useNavigate();
  const sending = useSending();
  const [typed, setTyped] = useState(NOTHING);
  const submit = () =>
    sending.submit(async (key) => {
      const body = bodyOf(typed);
      const clinic = await call(createClinic, { body, key: key(body) });
      await client.invalidateQueries({ queryKey: keys.clinics });
      toast({ text: t.created(clinic.name) });
      onClose();
      await navigate({ to: "/settings/clinics/$clinicId", params: { clinicId: clinic.id } });
    });
  return (
    <Dialog title={t.addClinic} onClose={onClose}>
      <Form
        sending={sending}
        onSubmit={() => void submit()}
        fields={["name", "slug", "address", "phone", "timezone"]}
        className="flex flex-col gap-4"
        label={t.addClinic}
      >
        <ClinicFields typed={typed} set={(change) => setTyped((before) => ({ ...before, ...change }))} autoFocus />
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.create}
        </Button>
      </Form>
    </Dialog>
  );
}

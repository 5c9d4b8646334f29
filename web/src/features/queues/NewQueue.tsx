import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { clinicsQuery } from "@/app/clinics";
import { useCan } from "@/app/me";
import { call } from "@/api/client";
import { createQueue, type CreateQueue } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { chosenClinic } from "@/session/clinic";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { DigitsField, Field, Select } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";

import { useRefreshQueue } from "./queries";
import { queues } from "./texts";

/** Opens a doctor's queue, and goes there. */
export default function NewQueue({ onClose }: { onClose: () => void }) {
  const t = useTexts(queues);
  const { optional } = useTexts(common);
  const can = useCan();
  const navigate = useNavigate();
  const refresh = useRefreshQueue("");
  const sending = useSending();
  const [body, setBody] = useState<CreateQueue>({ doctorName: "", clinicId: chosenClinic() ?? null });
  const { data: branches = [] } = useQuery({ ...clinicsQuery, enabled: can("clinics:read") });
  const submit = () =>
    sending.submit(async (key) => {
      const queue = await call(createQueue, { body, key: key(body) });
      await refresh();
      onClose();
      await navigate({ to: "/queues/$queueId", params: { queueId: queue.id } });
    });
  return (
    <Dialog title={t.newQueue} onClose={onClose}>
      <Form
        sending={sending}
        onSubmit={() => void submit()}
        fields={["doctorName", "estimatedWaitMinutes", "clinicId"]}
        className="flex flex-col gap-4"
        label={t.newQueue}
      >
        <Field
          label={t.doctorName}
          name="doctorName"
          hint={t.doctorHint}
          autoFocus
          autoComplete="off"
          onText={(doctorName) => setBody({ ...body, doctorName })}
        />
        <DigitsField
          label={t.minutes}
          name="estimatedWaitMinutes"
          optional={optional}
          hint={t.minutesHint}
          onText={(text) => setBody({ ...body, estimatedWaitMinutes: wholeNumber(text) ?? null })}
        />
        {branches.length > 1 && (
          <Select
            label={t.clinic}
            name="clinicId"
            defaultValue={body.clinicId ?? undefined}
            options={branches.map(({ id, name }) => ({ value: id, label: name }))}
            onText={(clinicId) => setBody({ ...body, clinicId })}
          />
        )}
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.open}
        </Button>
      </Form>
    </Dialog>
  );
}

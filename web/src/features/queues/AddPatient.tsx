import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { useCan } from "@/app/me";
import { call } from "@/api/client";
import { Failure, faultOf } from "@/api/failure";
import { addTicket, type NewTicket, type QueueView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Field, PhoneField } from "@/ui/Field";
import { Form, useDraft, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

import { Known } from "./Known";
import { useRefreshQueue, type Line } from "./queries";
import { queues } from "./texts";

interface AddPatientProps {
  queue: QueueView;
  line: Line;
  /** What is known of them already, as it was typed elsewhere. */
  start?: { fullName?: string; phoneNumber?: string };
  onClose: () => void;
}

/** Puts somebody at the end of the line. Those who are registered are found while their name or number is typed. */
export default function AddPatient({ queue, line, start, onClose }: AddPatientProps) {
  const t = useTexts(queues);
  const { optional } = useTexts(common);
  const can = useCan();
  const sending = useSending();
  const client = useQueryClient();
  const refresh = useRefreshQueue(queue.id);
  const draft = useDraft<NewTicket>(`add ${start?.phoneNumber ?? start?.fullName ?? ""}`, { fullName: "", phoneNumber: "", ...start });
  const { typed } = draft;
  const [search, setSearch] = useState(start?.phoneNumber ?? start?.fullName ?? "");

  // Who closes it does not want it any more; the next patient is another one.
  const close = () => {
    draft.drop();
    onClose();
  };
  const add = (body: NewTicket) =>
    sending.submit(async (key) => {
      const ticket = await call(addTicket, { path: { queueId: queue.id }, body, key: key(body) });
      await refresh();
      toast({ text: t.added(ticket.ticketNumber, ticket.fullName) });
      close();
      // Whoever looked for them elsewhere finds them, and where they are.
      for (const queryKey of [keys.anyPatients, keys.patientTickets(ticket.patientId)]) void client.invalidateQueries({ queryKey });
    });
  const set = (change: Partial<NewTicket>, wanted: string) => {
    draft.set(change);
    setSearch(wanted);
  };
  const differs = faultOf(addTicket, sending.error, "PatientDiffers")?.id;
  const isThere = sending.error instanceof Failure && sending.error.code === "AlreadyInQueue";
  return (
    <Dialog title={t.addPatient} onClose={close}>
      <Form
        sending={sending}
        onSubmit={() => void add({ ...typed, localId: typed.localId || null })}
        fields={["fullName", "phoneNumber", "localId"]}
        className="flex flex-col gap-4"
        label={t.addPatient}
      >
        {differs !== undefined && (
          <Button onClick={() => void add({ ...typed, samePatient: differs })}>{t.samePerson}</Button>
        )}
        <Field
          label={t.fullName}
          name="fullName"
          autoFocus={!start?.fullName}
          autoComplete="off"
          defaultValue={typed.fullName}
          onText={(fullName) => set({ fullName }, fullName)}
        />
        <PhoneField
          label={t.phone}
          name="phoneNumber"
          hint={t.phoneHint}
          autoFocus={Boolean(start?.fullName)}
          defaultValue={typed.phoneNumber ?? ""}
          onText={(phoneNumber) => set({ phoneNumber }, phoneNumber)}
        />
        <Field
          label={t.fileNumber}
          name="localId"
          optional={optional}
          autoComplete="off"
          defaultValue={typed.localId ?? ""}
          dir="ltr"
          onText={(localId) => set({ localId }, localId)}
        />
        {can("patients:read") && !isThere && (
          <Known
            search={search}
            line={line}
            canAdd={can("patients:contact")}
            onAdd={(patient) =>
              void add({
                fullName: patient.fullName,
                phoneNumber: patient.phoneNumber,
                ...(patient.localId && { localId: patient.localId }),
              })
            }
          />
        )}
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.addToLine}
        </Button>
      </Form>
    </Dialog>
  );
}

import { useState } from "react";

import { Failure } from "@/api/failure";
import type { TicketView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { DigitsField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";

import type { Line } from "./queries";
import { queues } from "./texts";
import { useMoving } from "./useMoving";

interface MoveDialogProps {
  ticket: TicketView;
  line: Line;
  onClose: () => void;
}

/** Moves a ticket to a place by its number: the way for everybody whom dragging does not suit. */
export default function MoveDialog({ ticket, line, onClose }: MoveDialogProps) {
  const t = useTexts(queues);
  const sending = useSending();
  const moving = useMoving(ticket.queueId);
  const [typed, setTyped] = useState("");
  const submit = () =>
    sending.submit(async () => {
      const position = wholeNumber(typed);
      if (position === undefined || position < 1 || position > line.waiting.length) {
        throw new Failure(422, [{ code: "OutOfRange", message: t.moveInvalid, field: "targetPosition" }], "");
      }
      await moving.said(ticket, position);
      onClose();
    });
  return (
    <Dialog title={t.moveTitle(ticket.fullName)} onClose={onClose}>
      <Form sending={sending} onSubmit={() => void submit()} fields={["targetPosition"]} className="flex flex-col gap-4">
        <DigitsField label={t.moveField} name="targetPosition" hint={t.moveHint(line.waiting.length)} autoFocus onText={setTyped} />
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.move}
        </Button>
      </Form>
    </Dialog>
  );
}

import { useState } from "react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";

import { useRoom } from "./room";
import { queues } from "./texts";

export default function RoomDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(queues);
  const sending = useSending();
  const [room, setRoom] = useRoom();
  const [typed, setTyped] = useState(room);
  const save = () => {
    setRoom(typed.trim());
    onClose();
  };
  return (
    <Dialog title={t.setRoom} onClose={onClose}>
      <Form sending={sending} onSubmit={save} fields={["room"]} className="flex flex-col gap-4">
        <Field label={t.room} name="room" hint={t.roomHint} defaultValue={room} maxLength={40} autoFocus onText={setTyped} />
        <Button type="submit" look="primary">
          {t.save}
        </Button>
      </Form>
    </Dialog>
  );
}

import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { redrive, type QueueName } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { DigitsField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";

import { platform } from "./texts";

interface RedriveDialogProps {
  queue: QueueName;
  name: string;
  depth: number;
  onClose: () => void;
}

/** What a redrive does, and how fast it shall be. */
export default function RedriveDialog({ queue, name, depth, onClose }: RedriveDialogProps) {
  const t = useTexts(platform);
  const { optional, cancel } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const [rate, setRate] = useState("");
  const submit = () =>
    sending.submit(async (key) => {
      const body = { maxPerSecond: rate.trim() === "" ? null : (wholeNumber(rate) ?? 0) };
      const view = await call(redrive, { path: { queue }, body, key: key(body) });
      client.setQueryData(keys.redrive(queue), view);
      void client.invalidateQueries({ queryKey: keys.deadLetters });
      onClose();
    });
  return (
    <Dialog title={`${t.redrive} · ${name}`} onClose={onClose}>
      <Form sending={sending} onSubmit={() => void submit()} fields={["maxPerSecond"]} className="flex flex-col gap-4" label={t.redrive}>
        <p className="font-medium">{t.redriveCount(depth)}</p>
        <ul className="flex list-inside list-disc flex-col gap-1 text-sm marker:text-muted">
          {t.redriveMeans.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <DigitsField label={t.rate} name="maxPerSecond" optional={optional} hint={t.rateHint} onText={setRate} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" look="primary" busy={sending.busy}>
            {t.redrive}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

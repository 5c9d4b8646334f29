import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { Failure } from "@/api/failure";
import { setQuota, type SetQuota } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { number } from "@/lib/format";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { DigitsField } from "@/ui/Field";
import { FilterChips } from "@/ui/FilterChips";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

import type { Holder } from "./QuotaCard";
import { quotas } from "./texts";

interface QuotaDialogProps {
  holder: Holder;
  onClose: () => void;
}

const FIELDS = ["addMessages", "addQueues"] as const;

/** Grants more, or takes back what is left. */
export default function QuotaDialog({ holder: { quota, name }, onClose }: QuotaDialogProps) {
  const t = useTexts(quotas);
  const { notNumber } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const [takes, setTakes] = useState(false);
  const [typed, setTyped] = useState<Record<(typeof FIELDS)[number], string>>({ addMessages: "", addQueues: "" });
  const limited = quota.messagesLeft !== null || quota.queuesLeft !== null;
  const by = (field: (typeof FIELDS)[number]) => {
    const n = wholeNumber(typed[field]);
    return n === undefined ? undefined : takes ? -n : n;
  };
  const submit = () =>
    sending.submit(async (key) => {
      const wrong = FIELDS.filter((field) => typed[field].trim() !== "" && by(field) === undefined);
      if (wrong.length > 0) {
        throw new Failure(422, wrong.map((field) => ({ code: "WrongType", message: notNumber, field })), "");
      }
      const body: SetQuota = { addMessages: by("addMessages") ?? null, addQueues: by("addQueues") ?? null };
      // What is added is added once, however often it is sent.
      await call(setQuota, { path: { userId: quota.userId }, body, key: key(body) });
      await client.invalidateQueries({ queryKey: keys.quotas });
      toast({ text: t.saved(name) });
      onClose();
    });
  const hint = (field: (typeof FIELDS)[number], left: number | null) => {
    const n = by(field);
    if (n === undefined) return left === null ? t.becomesLimit : t.leaveEmpty;
    return t.after(number(Math.max(0, (left ?? 0) + n)));
  };
  return (
    <Dialog title={t.changeOf(name)} onClose={onClose}>
      <Form sending={sending} onSubmit={() => void submit()} fields={[...FIELDS]} className="flex flex-col gap-4" label={t.change}>
        {limited && (
          <FilterChips
            label={t.direction}
            chips={[
              { id: "add", label: t.directions.add },
              { id: "take", label: t.directions.take },
            ]}
            chosen={takes ? "take" : "add"}
            onChoose={(id) => setTakes(id === "take")}
          />
        )}
        <DigitsField
          label={t.addMessages}
          name="addMessages"
          autoFocus
          autoComplete="off"
          maxLength={7}
          hint={hint("addMessages", quota.messagesLeft)}
          onText={(addMessages) => setTyped({ ...typed, addMessages })}
        />
        <DigitsField
          label={t.addQueues}
          name="addQueues"
          autoComplete="off"
          maxLength={7}
          hint={hint("addQueues", quota.queuesLeft)}
          onText={(addQueues) => setTyped({ ...typed, addQueues })}
        />
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.save}
        </Button>
      </Form>
    </Dialog>
  );
}

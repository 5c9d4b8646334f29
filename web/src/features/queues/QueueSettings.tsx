import { useCan } from "@/app/me";
import { call } from "@/api/client";
import { Failure } from "@/api/failure";
import { getQueue, updateQueue, type QueueView, type UpdateQueue } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { number } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Clashes } from "@/ui/Conflict";
import { Checkbox, DigitsField, Field } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { Bdi } from "@/ui/Text";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";
import { useVersioned, type Read } from "@/ui/versioned";

import { useRefreshQueue } from "./queries";
import { RemoveQueue } from "./RemoveQueue";
import { queues } from "./texts";

/** A queue's settings as they are typed. */
interface Typed {
  doctorName: string;
  description: string;
  estimatedWaitMinutes: string;
  active: boolean;
  timezone: string;
}

const readOf = ({ version, doctorName, description, estimatedWaitMinutes, active, timezone }: QueueView): Read<Typed> => ({
  version,
  values: {
    doctorName,
    description: description ?? "",
    estimatedWaitMinutes: estimatedWaitMinutes?.toString() ?? "",
    active,
    timezone,
  },
});

/** How a queue is set, and its end. */
export default function QueueSettings({ queue: first }: { queue: QueueView }) {
  const can = useCan();
  return (
    <div className="flex max-w-xl flex-col gap-8">
      {can("queues:write") && <Settings first={first} />}
      {can("queues:delete") && <RemoveQueue queue={first} />}
    </div>
  );
}

function Settings({ first }: { first: QueueView }) {
  const t = useTexts(queues);
  const { optional, notNumber } = useTexts(common);
  const sending = useSending();
  const refresh = useRefreshQueue(first.id);
  // The line moves on beneath it; what was typed stands on what was read. Whoever is called or comes in makes a new version,
  // too: that is no conflict.
  const form = useVersioned<Typed>(readOf(first), async () => readOf(await call(getQueue, { path: { queueId: first.id } })));
  const { typed, set } = form;
  const save = () =>
    sending.submit(async () => {
      const done = await form.save(async (changed, _, version) => {
        const body = bodyOf(changed, notNumber);
        return readOf(await call(updateQueue, { path: { queueId: first.id }, body, version }));
      });
      if (!done) return;
      await refresh();
      toast({ text: t.saved });
    });
  const labels: Record<keyof Typed, string> = {
    doctorName: t.doctorName,
    description: t.description,
    estimatedWaitMinutes: t.minutes,
    active: t.active,
    timezone: t.timezone,
  };
  const words = (name: keyof Typed, of: Typed) => {
    if (name === "active") return of.active ? t.yes : t.no;
    if (name === "estimatedWaitMinutes") return of.estimatedWaitMinutes ? number(Number(of.estimatedWaitMinutes)) : t.unset;
    return of[name] && <Bdi>{of[name]}</Bdi>;
  };
  if (form.clashes.length > 0) return <Clashes form={form} labels={labels} words={words} busy={sending.busy} onSave={() => void save()} />;
  return (
    <Form
      sending={sending}
      onSubmit={() => void save()}
      fields={Object.keys(labels)}
      className="flex flex-col gap-4"
      label={t.tabs.settings}
    >
      <Field label={t.doctorName} name="doctorName" hint={t.doctorHint} value={typed.doctorName} onText={(doctorName) => set({ doctorName })} />
      <Field
        label={t.description}
        name="description"
        optional={optional}
        hint={t.descriptionHint}
        value={typed.description}
        onText={(description) => set({ description })}
      />
      <DigitsField
        label={t.minutes}
        name="estimatedWaitMinutes"
        optional={optional}
        hint={t.minutesClear}
        value={typed.estimatedWaitMinutes}
        onText={(estimatedWaitMinutes) => set({ estimatedWaitMinutes })}
      />
      <Field
        label={t.timezone}
        name="timezone"
        dir="ltr"
        hint={t.timezoneHint}
        value={typed.timezone}
        autoComplete="off"
        spellCheck={false}
        onText={(timezone) => set({ timezone })}
      />
      <Checkbox label={t.active} hint={t.activeHint} checked={typed.active} onCheck={(active) => set({ active })} />
      <Button type="submit" look="primary" busy={sending.busy} className="self-start">
        {t.save}
      </Button>
    </Form>
  );
}

/** What is to be changed: what was left alone is not sent, so that it stays as anybody made it. */
function bodyOf({ description, estimatedWaitMinutes, ...rest }: Partial<Typed>, notNumber: string): UpdateQueue {
  const minutes = estimatedWaitMinutes?.trim();
  if (minutes && wholeNumber(minutes) === undefined) {
    throw new Failure(422, [{ code: "WrongType", message: notNumber, field: "estimatedWaitMinutes" }], "");
  }
  return {
    ...rest,
    ...(description !== undefined && { description: description.trim() || null }),
    ...(minutes !== undefined && { estimatedWaitMinutes: wholeNumber(minutes) ?? null }),
  };
}

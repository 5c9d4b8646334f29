import { useState } from "react";

import { useCan } from "@/app/me";
import { call } from "@/api/client";
import { Failure, faultOf } from "@/api/failure";
import { getQueue, updateQueue, type QueueView, type UpdateQueue } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { number } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Conflict } from "@/ui/Conflict";
import { Checkbox, DigitsField, Field } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

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

const FIELDS = ["doctorName", "description", "estimatedWaitMinutes", "active", "timezone"] as const;

const typedOf = (queue: QueueView): Typed => ({
  doctorName: queue.doctorName,
  description: queue.description ?? "",
  estimatedWaitMinutes: queue.estimatedWaitMinutes?.toString() ?? "",
  active: queue.active,
  timezone: queue.timezone,
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
  // The line moves on beneath it; what was typed stands on what was read.
  const [read, setRead] = useState(first);
  const [typed, setTyped] = useState(() => typedOf(first));
  const [theirs, setTheirs] = useState<QueueView>();
  const set = (change: Partial<Typed>) => setTyped((before) => ({ ...before, ...change }));
  const save = (from: QueueView, what: Typed) =>
    sending.submit(async () => {
      const body = changes(typedOf(from), what, notNumber);
      try {
        const saved = await save412(from, body);
        setRead(saved);
        setTyped(typedOf(saved));
        setTheirs(undefined);
        await refresh();
        toast({ text: t.saved });
      } catch (error) {
        if (!faultOf(updateQueue, error, "StaleVersion")) throw error;
        const now = await call(getQueue, { path: { queueId: from.id } });
        const before = typedOf(from);
        const stands = typedOf(now);
        const clash = FIELDS.some((field) => before[field] !== stands[field]);
        // Whoever is called or comes in makes a new version, too: that is no conflict.
        if (!clash) {
          setRead(await save412(now, body));
          await refresh();
          toast({ text: t.saved });
        } else setTheirs(now);
      }
    });
  if (theirs) {
    return (
      <Both
        read={typedOf(read)}
        theirs={typedOf(theirs)}
        mine={typed}
        busy={sending.busy}
        onSave={(what) => {
          setTyped(what);
          setRead(theirs);
          setTheirs(undefined);
          void save(theirs, what);
        }}
        onDiscard={() => {
          setTyped(typedOf(theirs));
          setRead(theirs);
          setTheirs(undefined);
        }}
      />
    );
  }
  return (
    <Form
      key={read.version}
      sending={sending}
      onSubmit={() => void save(read, typed)}
      fields={[...FIELDS]}
      className="flex flex-col gap-4"
      label={t.tabs.settings}
    >
      <Field label={t.doctorName} name="doctorName" hint={t.doctorHint} defaultValue={typed.doctorName} onText={(doctorName) => set({ doctorName })} />
      <Field
        label={t.description}
        name="description"
        optional={optional}
        hint={t.descriptionHint}
        defaultValue={typed.description}
        onText={(description) => set({ description })}
      />
      <DigitsField
        label={t.minutes}
        name="estimatedWaitMinutes"
        optional={optional}
        hint={t.minutesClear}
        defaultValue={typed.estimatedWaitMinutes}
        onText={(estimatedWaitMinutes) => set({ estimatedWaitMinutes })}
      />
      <Field
        label={t.timezone}
        name="timezone"
        dir="ltr"
        hint={t.timezoneHint}
        defaultValue={typed.timezone}
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

const save412 = (queue: QueueView, body: UpdateQueue) =>
  call(updateQueue, { path: { queueId: queue.id }, body, version: queue.version });

/** What is to be changed: what was left alone is not sent, so that it stays as anybody made it. */
function changes(before: Typed, typed: Typed, notNumber: string): UpdateQueue {
  const minutes = typed.estimatedWaitMinutes.trim();
  if (minutes !== "" && wholeNumber(minutes) === undefined) {
    throw new Failure(422, [{ code: "WrongType", message: notNumber, field: "estimatedWaitMinutes" }], "");
  }
  const changed = (field: keyof Typed) => before[field] !== typed[field];
  return {
    ...(changed("doctorName") && { doctorName: typed.doctorName }),
    ...(changed("description") && { description: typed.description.trim() || null }),
    ...(changed("estimatedWaitMinutes") && { estimatedWaitMinutes: wholeNumber(minutes) ?? null }),
    ...(changed("active") && { active: typed.active }),
    ...(changed("timezone") && { timezone: typed.timezone }),
  };
}

interface BothProps {
  read: Typed;
  theirs: Typed;
  mine: Typed;
  busy: boolean;
  onSave: (typed: Typed) => void;
  onDiscard: () => void;
}

function Both({ read, theirs, mine, busy, onSave, onDiscard }: BothProps) {
  const t = useTexts(queues);
  const labels = {
    doctorName: t.doctorName,
    description: t.description,
    estimatedWaitMinutes: t.minutes,
    active: t.active,
    timezone: t.timezone,
  };
  const shown = (of: Typed, field: keyof Typed) => {
    if (field === "active") return of.active ? t.yes : t.no;
    if (field === "estimatedWaitMinutes") return of.estimatedWaitMinutes ? number(Number(of.estimatedWaitMinutes)) : t.unset;
    return <bdi>{of[field]}</bdi>;
  };
  const differences = FIELDS.filter((field) => read[field] !== theirs[field] && theirs[field] !== mine[field]).map((field) => ({
    id: field,
    label: labels[field],
    theirs: shown(theirs, field),
    ...(read[field] !== mine[field] && { mine: shown(mine, field) }),
  }));
  return (
    <Conflict
      differences={differences}
      busy={busy}
      onSave={(given) => {
        const taken = FIELDS.filter((field) => given.includes(field) || read[field] === mine[field]);
        onSave({ ...mine, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) });
      }}
      onDiscard={onDiscard}
    />
  );
}

/** Every component in both directions: `/dev/ui`, in development only. Its words are samples and stand in no catalogue. */

import { Bell, Plus, Trash2, Users } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { Failure } from "@/api/failure";
import type { Status as MessageStatus, TicketStatus } from "@/api/generated";

import { Button, IconButton } from "./Button";
import { Card } from "./Card";
import { Conflict } from "./Conflict";
import { Empty, Progress, Skeleton } from "./Empty";
import { Checkbox, DigitsField, Field, PhoneField, Select, TextArea } from "./Field";
import { FilterChips } from "./FilterChips";
import { Form, Problem, type Sending } from "./form";
import { Menu } from "./Menu";
import { Pager } from "./Pager";
import { samples } from "./samples";
import { Badge, Status, Ticks } from "./Status";
import { Switch } from "./Switch";
import { Tabs } from "./Tabs";
import { Bdi, Ltr, Phone, Wait, When } from "./Text";
import { toast } from "./Toast";
import { VirtualList } from "./VirtualList";

const Dialog = lazy(() => import("./Dialog"));

const TICKETS: TicketStatus[] = ["waiting", "called", "in_service", "served", "no_show", "cancelled"];
const MESSAGES: MessageStatus[] = ["queued", "sending", "unknown", "sent", "delivered", "read", "stopped", "failed"];

const MANY = Array.from({ length: 5_000 }, (_, n) => String(n + 1));
const itself = (text: string) => text;

export function Gallery() {
  return (
    <div className="grid gap-6 p-4 lg:grid-cols-2">
      <div dir="rtl">
        <All of={samples.ar} />
      </div>
      <div dir="ltr" lang="en">
        <All of={samples.en} />
      </div>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3 rounded-xl border border-hairline bg-surface p-4">
      <h2 className="text-sm font-medium text-muted">{title}</h2>
      <div className="flex flex-wrap items-start gap-3">{children}</div>
    </section>
  );
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const TIMES = { now: ago(0), some: ago(12), long: ago(95) };

const wrong: Sending = {
  busy: false,
  error: new Failure(422, [{ code: "Required", message: samples.ar.wrong, field: "name" }], "req_sample"),
  submit: async () => undefined,
  clear: () => undefined,
};

function All({ of: s }: { of: (typeof samples)["ar"] }) {
  const [open, setOpen] = useState(false);
  const [chip, setChip] = useState("a");
  const [on, setOn] = useState(true);
  const [tab, setTab] = useState("a");
  const chips = [
    { id: "a", label: s.first, count: 12 },
    { id: "b", label: s.second, count: 3 },
  ];
  return (
    <div className="flex flex-col gap-4">
      <Part title="Button">
        <Button look="primary" icon={Bell}>{s.call}</Button>
        <Button icon={Plus}>{s.add}</Button>
        <Button look="quiet">{s.quiet}</Button>
        <Button look="danger">{s.remove}</Button>
        <Button busy>{s.add}</Button>
        <Button off>{s.add}</Button>
        <IconButton icon={Trash2} label={s.remove} />
        <Menu label={s.more} items={[{ id: "a", label: s.first, run: () => undefined }, { id: "b", label: s.remove, danger: true, run: () => undefined }]} />
      </Part>
      <Part title="Field, DigitsField, PhoneField, Select">
        <Form sending={wrong} onSubmit={() => undefined} fields={["name", "code", "phone", "kind"]} className="flex w-full flex-col gap-3">
          <Field label={s.name} name="name" hint={s.hint} />
          <DigitsField label={s.code} name="code" defaultValue="4821" />
          <PhoneField label={s.phone} name="phone" defaultValue="0501234567" />
          <TextArea label={s.hint} name="text" rows={2} defaultValue={s.sentence} />
          <Checkbox label={s.kind} hint={s.hint} defaultChecked />
          <Select label={s.kind} name="kind" options={[{ value: "a", label: s.first }, { value: "b", label: s.second }]} />
        </Form>
      </Part>
      <Part title="Status, Ticks, Badge">
        {TICKETS.map((status) => <Status key={status} of={status} />)}
        {MESSAGES.map((status) => <Ticks key={status} of={status} />)}
        <Badge tone="warn">{s.second}</Badge>
      </Part>
      <Part title="Bdi, Ltr, Phone, When, Wait">
        <p>
          {s.sentence} <Bdi>John (VIP) - 3</Bdi>، <Ltr>A-17</Ltr>، <Phone of="+966501234567" />
        </p>
        <When at={TIMES.now} />
        <Wait since={TIMES.some} />
        <Wait since={TIMES.long} />
      </Part>
      <Part title="FilterChips, Tabs">
        <FilterChips label={s.first} chips={chips} chosen={chip} onChoose={setChip} />
        <Tabs label={s.first} tabs={chips} chosen={tab} onChoose={setTab} className="w-full">
          {s.sentence}
        </Tabs>
      </Part>
      <Part title="Pager">
        <Pager page="b" next="c" onPage={() => undefined} />
      </Part>
      <Part title="Card, Switch">
        <div className="w-full">
          <Card title={s.first} intro={s.sentence} actions={<Button size="sm">{s.add}</Button>}>
            <Switch label={s.second} hint={s.hint} on={on} onChange={setOn} />
          </Card>
        </div>
      </Part>
      <Part title="Dialog, Toast">
        <Button onClick={() => setOpen(true)}>{s.open}</Button>
        <Button onClick={() => toast({ text: s.sentence, undo: { label: s.remove, run: () => undefined } })}>Toast</Button>
        {open && (
          <Suspense>
            <Dialog title={s.open} onClose={() => setOpen(false)} footer={<Button look="primary">{s.add}</Button>}>
              {s.sentence}
            </Dialog>
          </Suspense>
        )}
      </Part>
      <Part title="Conflict">
        <Conflict
          differences={[
            { id: "name", label: s.name, theirs: s.first, mine: s.second },
            { id: "code", label: s.code, theirs: "4821" },
          ]}
          busy={false}
          onSave={() => undefined}
          onDiscard={() => undefined}
        />
      </Part>
      <Part title="Empty, Skeleton, Progress, Problem">
        <Empty icon={Users} title={s.sentence}><p>{s.hint}</p></Empty>
        <Skeleton className="h-12 w-full" />
        <div className="w-full"><Progress label={s.first} of={8} done={5} /></div>
        <Problem error={new Error(s.wrong)} />
      </Part>
      <Part title="VirtualList (5,000)">
        <VirtualList label={s.first} items={MANY} idOf={itself} height={40} className="h-56 w-full">
          {(n) => <div className="rounded-md border border-hairline px-3 py-2">{s.name} <Ltr>{n}</Ltr></div>}
        </VirtualList>
      </Part>
    </div>
  );
}

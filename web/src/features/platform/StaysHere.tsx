import { lazy, Suspense, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { DoorOpen } from "lucide-react";

import { call } from "@/api/client";
import { beginElevation, type CustomerDetailView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { wholeNumber } from "@/lib/digits";
import { enterStay } from "@/session/stay";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { DigitsField, TextArea } from "@/ui/Field";
import { Form, useDraft, useSending } from "@/ui/form";
import { common } from "@/ui/texts";

import { elevationsQuery } from "./queries";
import { Stay } from "./Stay";
import { platform } from "./texts";

const Dialog = lazy(() => import("@/ui/Dialog"));

/** A way in, to help, for a time and with a reason that the tenant reads. */
export function StaysHere({ tenant }: { tenant: CustomerDetailView }) {
  const t = useTexts(platform);
  const [asking, setAsking] = useState(false);
  const { data } = useQuery(elevationsQuery(undefined));
  const open = data?.items.filter(({ tenantId, state }) => tenantId === tenant.id && state === "open") ?? [];
  return (
    <Card title={t.help} intro={t.helpIntro}>
      {open.length > 0 && (
        <ul className="flex flex-col divide-y divide-hairline">
          {open.map((stay) => (
            <Stay key={stay.id} stay={stay} />
          ))}
        </ul>
      )}
      <Button icon={DoorOpen} look={open.length > 0 ? "plain" : "primary"} className="self-start" onClick={() => setAsking(true)}>
        {t.begin}
      </Button>
      <Suspense>{asking && <Begin tenant={tenant} onClose={() => setAsking(false)} />}</Suspense>
    </Card>
  );
}

function Begin({ tenant, onClose }: { tenant: CustomerDetailView; onClose: () => void }) {
  const t = useTexts(platform);
  const { cancel } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const draft = useDraft(`stay ${tenant.id}`, { reason: "", minutes: "60" });
  const { typed, set } = draft;
  const submit = () =>
    sending.submit(async (key) => {
      const body = { reason: typed.reason.trim(), minutes: typed.minutes.trim() === "" ? null : (wholeNumber(typed.minutes) ?? 0) };
      const stay = await call(beginElevation, { path: { tenantId: tenant.id }, body, key: key(body) });
      draft.drop();
      await client.invalidateQueries({ queryKey: keys.anyElevation });
      enterStay(stay);
    });
  return (
    <Dialog title={t.beginIn(tenant.name)} onClose={onClose}>
      <Form sending={sending} onSubmit={() => void submit()} fields={["reason", "minutes"]} className="flex flex-col gap-4" label={t.begin}>
        <TextArea
          label={t.reason}
          name="reason"
          hint={t.stayReasonHint}
          rows={3}
          autoFocus
          value={typed.reason}
          onText={(reason) => set({ reason })}
        />
        <DigitsField label={t.minutes} name="minutes" hint={t.minutesHint} value={typed.minutes} onText={(minutes) => set({ minutes })} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" look="primary" busy={sending.busy}>
            {t.enter}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

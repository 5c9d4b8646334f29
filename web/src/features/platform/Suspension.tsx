import { lazy, Suspense, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { CirclePause, CirclePlay } from "lucide-react";

import { call } from "@/api/client";
import { resumeTenant, suspendTenant, type CustomerDetailView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { TextArea } from "@/ui/Field";
import { Form, Problem, useDraft, useSending } from "@/ui/form";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

import { platform } from "./texts";

const Dialog = lazy(() => import("@/ui/Dialog"));

/** Whether the tenant works. Suspending it stops everybody there. */
export function Suspension({ tenant }: { tenant: CustomerDetailView }) {
  const t = useTexts(platform);
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const resuming = useSending();
  const isSuspended = tenant.suspended !== null;
  const resume = () =>
    resuming.submit(async () => {
      await call(resumeTenant, { path: { tenantId: tenant.id } });
      toast({ text: t.resumed(tenant.name) });
      await client.invalidateQueries({ queryKey: keys.anyCustomer });
    });
  return (
    <Card title={isSuspended ? t.isSuspended : t.suspendTitle} intro={isSuspended ? t.resumeIntro : t.suspendIntro}>
      {resuming.error !== undefined && <Problem error={resuming.error} />}
      <div className="flex flex-wrap gap-2">
        {isSuspended && (
          <Button look="primary" icon={CirclePlay} busy={resuming.busy} onClick={() => void resume()}>
            {t.resume}
          </Button>
        )}
        <Button icon={CirclePause} onClick={() => setAsking(true)}>
          {isSuspended ? t.otherReason : t.suspend}
        </Button>
      </div>
      <Suspense>{asking && <Suspend tenant={tenant} onClose={() => setAsking(false)} />}</Suspense>
    </Card>
  );
}

function Suspend({ tenant, onClose }: { tenant: CustomerDetailView; onClose: () => void }) {
  const t = useTexts(platform);
  const { cancel } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const draft = useDraft(`suspend ${tenant.id}`, { reason: tenant.suspended?.reason ?? "" });
  const submit = () =>
    sending.submit(async () => {
      await call(suspendTenant, { path: { tenantId: tenant.id }, body: { reason: draft.typed.reason.trim() } });
      draft.drop();
      toast({ text: t.suspendedToast(tenant.name) });
      onClose();
      await client.invalidateQueries({ queryKey: keys.anyCustomer });
    });
  return (
    <Dialog title={t.suspendOf(tenant.name)} onClose={onClose}>
      <Form sending={sending} onSubmit={() => void submit()} fields={["reason"]} className="flex flex-col gap-4" label={t.suspend}>
        <ul className="flex list-inside list-disc flex-col gap-1 text-sm marker:text-muted">
          {t.suspendMeans.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <TextArea
          label={t.reason}
          name="reason"
          hint={t.suspendReasonHint}
          rows={3}
          autoFocus
          value={draft.typed.reason}
          onText={(reason) => draft.set({ reason })}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" look="danger" busy={sending.busy}>
            {t.suspend}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { faultOf } from "@/api/failure";
import { send, type TemplateView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { useSending } from "@/ui/form";

import { Chosen, Footer, Preview } from "./Preview";
import type { Recipients } from "./queries";
import { SendProgress } from "./SendProgress";
import { TemplateList } from "./TemplateList";
import { messaging } from "./texts";

interface SendDialogProps {
  to: Recipients;
  /** To whom, in words; those who wait unless said. */
  title?: string;
  onClose: () => void;
}

/** Choose a template, see what each one would get and who is skipped, send, and watch the ticks. */
export default function SendDialog({ to, title, onClose }: SendDialogProps) {
  const t = useTexts(messaging);
  const client = useQueryClient();
  const sending = useSending();
  const [template, setTemplate] = useState<TemplateView>();
  const [batch, setBatch] = useState<string>();

  if (batch !== undefined) {
    return (
      <Dialog title={t.progressTitle} onClose={onClose} wide>
        <SendProgress batchId={batch} onClose={onClose} />
      </Dialog>
    );
  }
  if (!template) {
    return (
      <Dialog title={title ?? t.sendTitle} onClose={onClose} wide>
        <TemplateList onChoose={setTemplate} />
      </Dialog>
    );
  }
  const go = (again?: true) =>
    sending.submit(async (key) => {
      const body = { templateId: template.id, ...to, ...(again && { again }) };
      const { batchId } = await call(send, { body, key: key(body) });
      setBatch(batchId);
      void client.invalidateQueries({ queryKey: keys.messages });
    });
  const change = () => {
    sending.clear();
    setTemplate(undefined);
  };
  // A second press, or a colleague's: nobody gets the same twice unless that is meant.
  const already = faultOf(send, sending.error, "AlreadySent");
  const footer = already ? (
    <Asked busy={sending.busy} sent={already.id} onShow={setBatch} onAgain={() => void go(true)} />
  ) : (
    <Footer templateId={template.id} to={to} sending={sending} onBack={change} onSend={() => void go()} />
  );
  return (
    <Dialog title={title ?? t.sendTitle} onClose={onClose} wide footer={footer}>
      <Chosen template={template} />
      <Preview templateId={template.id} to={to} error={sending.error} />
    </Dialog>
  );
}

interface AskedProps {
  busy: boolean;
  /** The batch by which it was sent. */
  sent: string | undefined;
  onShow: (batch: string) => void;
  onAgain: () => void;
}

/** The same was sent just now: what went, or once more. */
function Asked({ busy, sent, onShow, onAgain }: AskedProps) {
  const t = useTexts(messaging);
  return (
    <>
      <Button look={sent ? "quiet" : "plain"} busy={busy} onClick={onAgain}>
        {t.sendAgain}
      </Button>
      {sent && (
        <Button look="primary" onClick={() => onShow(sent)}>
          {t.showSent}
        </Button>
      )}
    </>
  );
}

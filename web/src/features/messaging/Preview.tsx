import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, SendHorizontal, UserX } from "lucide-react";

import type { PreviewView, TemplateView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Problem, type Sending } from "@/ui/form";
import { Bdi } from "@/ui/Text";

import { previewQuery, type Recipients as To } from "./queries";
import { Recipients } from "./Recipients";
import { Skipped } from "./Skipped";
import { messaging } from "./texts";

interface Of {
  templateId: string;
  to: To;
}

export function Chosen({ template }: { template: TemplateView }) {
  return (
    <p className="mb-3 font-medium">
      <Bdi>{template.title}</Bdi>
    </p>
  );
}

/** Each recipient's own text, as the phone will show it, and who gets nothing and why. */
export function Preview({ templateId, to, error }: Of & { error: unknown }) {
  const t = useTexts(messaging);
  const preview = useQuery(previewQuery(templateId, to));
  if (preview.error) return <Problem error={preview.error} />;
  if (!preview.data) return <Skeleton className="h-56" />;
  const { messages, skipped, truncated, unlimited, quotaLeft } = preview.data;
  if (messages.length === 0 && skipped.length === 0) return <Empty icon={UserX} title={t.nobody} />;
  return (
    <div className="flex flex-col gap-4">
      {error !== undefined && <Problem error={error} />}
      <Skipped skipped={skipped} count={skipped.length} queueId={"queueId" in to ? to.queueId : undefined} />
      <section className="flex flex-col gap-2">
        <h3 className="flex flex-wrap items-baseline justify-between gap-2 font-medium">
          {t.willGet(willGet(preview.data))}
          {!unlimited && quotaLeft !== null && <span className={quotaLeft === 0 ? "text-sm text-bad" : "text-sm font-normal text-muted"}>{t.left(quotaLeft)}</span>}
        </h3>
        {truncated && <p className="text-sm text-muted">{t.truncated}</p>}
        <Recipients messages={messages} />
      </section>
    </div>
  );
}

/** How many get it, as far as the first show: what keeps all of them back keeps the others back as well. */
function willGet({ ready, truncated, recipients, skipped }: PreviewView): number {
  return truncated && ready > 0 ? recipients - skipped.length : ready;
}

interface FooterProps extends Of {
  sending: Sending;
  onBack: () => void;
  onSend: () => void;
}

export function Footer({ templateId, to, sending, onBack, onSend }: FooterProps) {
  const t = useTexts(messaging);
  const { data } = useQuery(previewQuery(templateId, to));
  const ready = data === undefined ? 0 : willGet(data);
  return (
    <>
      <Button look="quiet" icon={ArrowLeft} mirror onClick={onBack}>
        {t.back}
      </Button>
      <Button look="primary" icon={SendHorizontal} mirror busy={sending.busy} off={ready === 0} onClick={onSend}>
        {t.send(ready)}
      </Button>
    </>
  );
}

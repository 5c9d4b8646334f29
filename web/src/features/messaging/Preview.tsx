import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, SendHorizontal, UserX } from "lucide-react";

import type { TemplateView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Problem, type Sending } from "@/ui/form";
import { Badge } from "@/ui/Status";
import { Bdi, Phone } from "@/ui/Text";

import { previewQuery, type Recipients } from "./queries";
import { messaging } from "./texts";

interface Of {
  templateId: string;
  to: Recipients;
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
      {skipped.length > 0 && (
        <section className="rounded-lg border border-warn bg-warn-soft p-3 text-sm">
          <h3 className="font-medium text-warn">{t.skipped(skipped.length)}</h3>
          <ul className="mt-1 flex flex-col gap-0.5">
            {reasons(skipped).map(([message, count]) => (
              <li key={message}>
                {message} {count > 1 && <bdi>×{count}</bdi>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="flex flex-col gap-2">
        <h3 className="flex flex-wrap items-baseline justify-between gap-2 font-medium">
          {t.willGet(messages.length)}
          {!unlimited && quotaLeft !== null && <span className="text-sm font-normal text-muted">{t.left(quotaLeft)}</span>}
        </h3>
        {truncated && <p className="text-sm text-muted">{t.truncated}</p>}
        <ul className="flex flex-col gap-2">
          {messages.map((message) => (
            <li key={message.id} className="rounded-lg border border-hairline p-3">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
                <Bdi className="font-medium">{message.fullName}</Bdi>
                <Phone of={message.phoneNumber} className="text-muted" />
                <Badge tone="idle">{message.form === "template" ? t.asTemplate : t.asText}</Badge>
              </p>
              <p dir="auto" className="mt-2 rounded-lg bg-brand-soft px-3 py-2 text-sm whitespace-pre-wrap text-text">
                {message.text}
              </p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function reasons(skipped: { message: string }[]): [string, number][] {
  const counted = new Map<string, number>();
  for (const { message } of skipped) counted.set(message, (counted.get(message) ?? 0) + 1);
  return [...counted];
}

interface FooterProps extends Of {
  sending: Sending;
  onBack: () => void;
  onSend: () => void;
}

export function Footer({ templateId, to, sending, onBack, onSend }: FooterProps) {
  const t = useTexts(messaging);
  const { data } = useQuery(previewQuery(templateId, to));
  const ready = data === undefined ? 0 : data.truncated ? data.recipients - data.skipped.length : data.ready;
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

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RefreshCw } from "lucide-react";

import { useCan, useMe } from "@/app/me";
import { peopleByIdQuery } from "@/app/people";
import type { MessageDetailView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Ticks } from "@/ui/Status";
import { Bdi, Ltr, Phone } from "@/ui/Text";

import { Attempts, Journey } from "./Journey";
import { patientPage } from "./places";
import { messageQuery, templatesQuery } from "./queries";
import { Remedy } from "./Remedy";
import { messaging } from "./texts";
import { useRetry } from "./useRetry";
import { queuesQuery } from "@/features/queues/queries";

/** A message: what it says, how far it came, each try, and what can be done where it failed. */
export default function MessageDialog({ messageId, onClose }: { messageId: string; onClose: () => void }) {
  const t = useTexts(messaging);
  const { data, error } = useQuery(messageQuery(messageId));
  return (
    <Dialog title={t.loadMessage} onClose={onClose} wide>
      {data ? <Message message={data} /> : error ? <Problem error={error} /> : <Skeleton className="h-72" />}
    </Dialog>
  );
}

function Message({ message }: { message: MessageDetailView }) {
  const t = useTexts(messaging);
  const can = useCan();
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-3">
          <Bdi className="text-lg font-semibold">{message.fullName}</Bdi>
          <Phone of={message.phoneNumber} className="text-muted" />
        </p>
        <Ticks of={message.status} />
      </div>
      <p dir="auto" aria-label={t.messageText} role="group" className="rounded-lg bg-brand-soft px-4 py-3 whitespace-pre-wrap text-text">
        {message.content}
      </p>
      {message.reason && <Failed message={message} />}
      <Journey message={message} />
      <Attempts attempts={message.attempts} />
      <About message={message} />
      {can("patients:read") && (
        <Link to={patientPage(message.patientId)} className="self-start text-brand underline">
          {t.toPatient}
        </Link>
      )}
    </div>
  );
}

/** Why, in plain words, and what to do. */
function Failed({ message }: { message: MessageDetailView }) {
  const t = useTexts(messaging);
  const can = useCan();
  const retry = useRetry();
  const { reason, taskId } = message;
  if (!reason) return null;
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-bad bg-bad-soft p-3">
      <div>
        <h3 className="font-medium text-bad">{t.reasons[reason]}</h3>
        <p className="text-sm">{message.explanation}</p>
        {can("tasks:read") && <p className="mt-1 text-sm text-muted">{taskId ? t.awaitsDecision : t.wasDismissed}</p>}
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden">
        <Remedy reason={reason} patientId={message.patientId} messageId={message.id} templateId={message.templateId} />
        {taskId && reason !== "TurnOver" && can("tasks:manage") && (
          <Button
            size="sm"
            icon={RefreshCw}
            busy={retry.one.isPending}
            onClick={() => retry.one.mutate({ id: taskId, fullName: message.fullName })}
          >
            {t.retry}
          </Button>
        )}
      </div>
    </section>
  );
}

/** Who sent it, by which template, for which queue. */
function About({ message }: { message: MessageDetailView }) {
  const t = useTexts(messaging);
  const can = useCan();
  const me = useMe();
  const people = useQuery({ ...peopleByIdQuery, enabled: can("members:read") });
  const templates = useQuery({ ...templatesQuery, enabled: can("templates:read") });
  const queues = useQuery({ ...queuesQuery, enabled: can("queues:read") });
  const template = templates.data?.find(({ id }) => id === message.templateId);
  const queue = queues.data?.find(({ id }) => id === message.queueId);
  const sender = message.sender === me.id ? t.bySelf : people.data?.get(message.sender)?.fullName;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm [&>dt]:text-muted">
      {sender !== undefined && (
        <>
          <dt>{t.sentBy}</dt>
          <dd>
            <Bdi>{sender}</Bdi>
          </dd>
        </>
      )}
      {templates.data && (
        <>
          <dt>{t.ofTemplate}</dt>
          <dd>
            {template ? (
              <Link to="/templates/$templateId" params={{ templateId: template.id }} className="text-brand underline">
                <Bdi>{template.title}</Bdi>
              </Link>
            ) : (
              t.templateGone
            )}
          </dd>
        </>
      )}
      {queue && (
        <>
          <dt>{t.fromQueue}</dt>
          <dd>
            <Link to="/queues/$queueId" params={{ queueId: queue.id }} className="text-brand underline">
              <Bdi>{queue.doctorName}</Bdi>
            </Link>
          </dd>
        </>
      )}
      {message.providerCode !== null && (
        <>
          <dt>{t.providerCode}</dt>
          <dd>
            <Ltr>{message.providerCode}</Ltr>
          </dd>
        </>
      )}
      <dt className="sr-only">{t.ofOneSend}</dt>
      <dd className="col-span-2">
        <Link to="/messages" search={{ batch: message.batchId }} className="text-brand underline">
          {t.sameSend}
        </Link>
      </dd>
    </dl>
  );
}

import { lazy, Suspense, useState, type ReactNode } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleQuestionMark, MailOpen, Smartphone, type LucideIcon } from "lucide-react";

import { useCan } from "@/app/me";
import { useProblem } from "@/app/problem";
import { call } from "@/api/client";
import { readConversation, type ConversationView, type PatientView, type ReadConversation, type SaidView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Phone } from "@/ui/Text";

import { consentQuery } from "./queries";
import { lastHeard } from "./said";
import { patients } from "./texts";

const SetConsent = lazy(() => import("./SetConsent"));
const EditPatient = lazy(() => import("./EditPatient"));

interface AttentionProps {
  patient: PatientView;
  conversation: ConversationView;
  said: SaidView[];
}

/** What somebody must still do about it: read it, find out what was meant, ask about another number. */
export function Attention({ patient, conversation, said }: AttentionProps) {
  const t = useTexts(patients);
  const read = useRead(patient.id);
  const upTo = lastHeard(said);
  const { unread, needsAnswer, numberChanged } = conversation;
  const asked = said.find(({ inboundId }) => inboundId !== undefined && inboundId === needsAnswer);
  // Another number asks by itself.
  const unclear = needsAnswer !== null && !(numberChanged && asked?.kind === "number_changed");
  const done = () => read.mutate({ answered: true, ...(upTo && { upTo }) });
  return (
    <div role="status" className="flex flex-col gap-2 empty:hidden">
      {unread > 0 && (
        <Ask icon={MailOpen} text={t.unread(unread)}>
          <Button size="sm" busy={read.isPending} onClick={() => read.mutate(upTo ? { upTo } : {})}>
            {t.markRead}
          </Button>
        </Ask>
      )}
      {unclear && (
        <Ask icon={CircleQuestionMark} text={t.question} words={asked?.text}>
          <Meant patient={patient} busy={read.isPending} onDone={done} />
        </Ask>
      )}
      {numberChanged && <NumberChanged patient={patient} said={said} busy={read.isPending} onDone={done} />}
    </div>
  );
}

function useRead(patientId: string) {
  const client = useQueryClient();
  const { onError } = useProblem();
  return useMutation({
    mutationFn: (body: ReadConversation) => call(readConversation, { path: { patientId }, body }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.conversation(patientId) }),
        client.invalidateQueries({ queryKey: keys.queues }),
      ]),
    onError,
  });
}

interface AskProps {
  icon: LucideIcon;
  text: ReactNode;
  words?: string | null | undefined;
  children: ReactNode;
}

function Ask({ icon, text, words, children }: AskProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-brand bg-brand-soft px-4 py-2 text-brand-ink">
      <Icon of={icon} />
      <div className="min-w-44 flex-1 text-sm">
        <p className="font-medium">{text}</p>
        {words && <q dir="auto">{words}</q>}
      </div>
      <div className="flex flex-wrap gap-2">{children}</div>
    </div>
  );
}

interface AnswerProps {
  patient: PatientView;
  busy: boolean;
  onDone: () => void;
}

/** A word such as «cancel» may mean the turn, or the messages. */
function Meant({ patient, busy, onDone }: AnswerProps) {
  const t = useTexts(patients);
  const can = useCan();
  const { data } = useQuery({ ...consentQuery(patient.id), enabled: can("patients:read") });
  const [setting, setSetting] = useState(false);
  return (
    <>
      <Button size="sm" busy={busy} onClick={onDone}>
        {t.meantTurn}
      </Button>
      {can("patients:write") && data && (
        <Button size="sm" onClick={() => setSetting(true)}>
          {t.meantMessages}
        </Button>
      )}
      {setting && data && (
        <Suspense>
          <SetConsent patient={patient} consent={data} onSaved={onDone} onClose={() => setSetting(false)} />
        </Suspense>
      )}
    </>
  );
}

function NumberChanged({ patient, said, busy, onDone }: AnswerProps & { said: SaidView[] }) {
  const t = useTexts(patients);
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const phone = said.findLast(({ newPhoneNumber }) => newPhoneNumber)?.newPhoneNumber ?? undefined;
  // A number that is masked cannot become the record's.
  const whole = phone !== undefined && /^\+\d+$/.test(phone);
  return (
    <Ask
      icon={Smartphone}
      text={
        <>
          {t.changedNumber} {phone && <Phone of={phone} />}
        </>
      }
    >
      {whole && can("patients:write") && (
        <Button size="sm" onClick={() => setEditing(true)}>
          {t.takeNumber}
        </Button>
      )}
      <Button size="sm" busy={busy} onClick={onDone}>
        {t.keepNumber}
      </Button>
      {editing && phone && (
        <Suspense>
          <EditPatient patient={patient} phone={phone} onSaved={onDone} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </Ask>
  );
}

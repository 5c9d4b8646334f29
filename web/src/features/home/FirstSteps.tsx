import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, Palette, Smartphone, UserPlus, type LucideIcon } from "lucide-react";

import { useCan } from "@/app/me";
import type { QueueView } from "@/api/generated";
import { sentAnyQuery } from "@/features/messaging/queries";
import { useTexts } from "@/i18n/texts";
import { Button, buttonClass } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";

import { home } from "./texts";

interface FirstStepsProps {
  queues: QueueView[];
  onNewQueue: () => void;
}

/** What a new clinic does first; gone once its first message was sent. */
export function FirstSteps({ queues, onNewQueue }: FirstStepsProps) {
  const t = useTexts(home);
  const sent = useQuery(sentAnyQuery);
  if (sent.data !== false) return null;
  const [first] = queues;
  const hasPatient = queues.some(({ counts }) => Object.values(counts).some((count) => count > 0));
  const there = first && (
    <Link to="/queues/$queueId" params={{ queueId: first.id }} className={buttonClass("primary", "sm")}>
      {t.openIt}
    </Link>
  );
  const begin = (
    <Button look="primary" size="sm" onClick={onNewQueue}>
      {t.go}
    </Button>
  );
  return (
    <Card title={t.stepsTitle} intro={t.stepsIntro}>
      <ol className="flex flex-col gap-1">
        <Step n={1} title={t.stepQueue} hint={t.stepQueueHint} done={first !== undefined} next={!first && begin} />
        <Step n={2} title={t.stepPatient} hint={t.stepPatientHint} done={hasPatient} next={first && !hasPatient && there} />
        <Step n={3} title={t.stepMessage} hint={t.stepMessageHint} done={false} next={hasPatient && there} />
      </ol>
      <Before />
    </Card>
  );
}

/** What else a new clinic does before its first day. */
function Before() {
  const t = useTexts(home);
  const can = useCan();
  const links: [boolean, string, string, LucideIcon][] = [
    [can("settings:manage"), "/settings/whatsapp", t.connectNumber, Smartphone],
    [can("members:manage"), "/settings/members", t.inviteTeam, UserPlus],
    [can("settings:manage"), "/settings/look", t.chooseLook, Palette],
  ];
  const shown = links.filter(([may]) => may);
  if (shown.length === 0) return null;
  return (
    <div className="flex flex-col gap-2 border-t border-hairline pt-4">
      <h3 className="text-sm font-medium text-muted">{t.before}</h3>
      <ul className="flex flex-wrap gap-2">
        {shown.map(([, to, label, icon]) => (
          <li key={to}>
            <Link to={to} className={buttonClass("plain", "sm")}>
              <Icon of={icon} className="size-4 text-muted" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface StepProps {
  n: number;
  title: string;
  hint: string;
  done: boolean;
  next: ReactNode;
}

function Step({ n, title, hint, done, next }: StepProps) {
  const t = useTexts(home);
  return (
    <li className="flex items-center gap-3 py-2">
      <span
        className={cx(
          "flex size-9 shrink-0 items-center justify-center rounded-full font-semibold",
          done ? "bg-ok-soft text-ok" : next ? "bg-brand-soft text-brand-ink" : "bg-raised text-muted",
        )}
      >
        {done ? <Icon of={Check} /> : <Num of={n} />}
      </span>
      <div className="min-w-0 flex-1">
        <p className={cx("font-medium", done && "text-muted")}>
          {title}
          {done && <span className="sr-only"> ({t.doneStep})</span>}
        </p>
        {!done && <p className="text-sm text-muted">{hint}</p>}
      </div>
      {next}
    </li>
  );
}

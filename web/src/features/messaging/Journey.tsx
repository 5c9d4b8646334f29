import { Check, CheckCheck, Clock, PenLine } from "lucide-react";

import type { AttemptView, MessageDetailView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Ltr, When } from "@/ui/Text";

import { messaging } from "./texts";

const STEPS = [
  ["createdAt", PenLine],
  ["sentAt", Check],
  ["deliveredAt", CheckCheck],
  ["readAt", CheckCheck],
] as const;

/** The ticks, each with its time. */
export function Journey({ message }: { message: MessageDetailView }) {
  const t = useTexts(messaging);
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-medium text-muted">{t.journey}</h3>
      <ol className="grid gap-2 sm:grid-cols-4">
        {STEPS.map(([step, icon]) => {
          const at = message[step];
          return (
            <li key={step} className="flex items-center gap-2 rounded-lg bg-raised px-3 py-2 sm:flex-col sm:items-start sm:gap-1">
              <Icon of={icon} className={cx("size-4", !at ? "text-muted" : step === "readAt" ? "text-info" : "text-ok")} />
              <span className="flex-1 text-sm">{t.steps[step]}</span>
              <span className="text-sm text-muted">{at ? <When at={at} /> : t.notYet}</span>
            </li>
          );
        })}
      </ol>
      {message.nextAttemptAt && (
        <p className="flex items-center gap-2 text-sm text-warn">
          <Icon of={Clock} className="size-4" />
          <span>
            {t.nextTry} <When at={message.nextAttemptAt} />
          </span>
        </p>
      )}
    </section>
  );
}

/** Each try, and how it ended. */
export function Attempts({ attempts }: { attempts: AttemptView[] }) {
  const t = useTexts(messaging);
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-medium text-muted">{t.attempts(attempts.length)}</h3>
      {attempts.length > 0 && (
        <ol className="flex flex-col divide-y divide-hairline rounded-lg border border-hairline">
          {attempts.map((attempt) => (
            <li key={attempt.number} className="flex flex-wrap items-baseline gap-x-3 px-3 py-2 text-sm">
              <span className="font-medium">{t.attempt(attempt.number)}</span>
              <span className={attempt.outcome === "refused" || attempt.outcome === "failed" ? "text-bad" : undefined}>
                {t.outcomes[attempt.outcome]}
              </span>
              {attempt.providerCode !== null && (
                <span className="text-muted">
                  {t.providerCode} <Ltr>{attempt.providerCode}</Ltr>
                </span>
              )}
              <span className="ms-auto text-muted">
                <When at={attempt.endedAt ?? attempt.startedAt} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

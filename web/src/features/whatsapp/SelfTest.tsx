import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CircleQuestionMark, RefreshCw, TriangleAlert, type LucideIcon } from "lucide-react";

import { useCan } from "@/app/me";
import { useOneMachine } from "@/app/oneMachine";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { exactly, moment } from "@/lib/format";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Problem } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Card } from "@/ui/Card";
import { Ltr } from "@/ui/Text";

import type { Check, Outcome } from "./checks";
import { whatsapp } from "./texts";

const LOOKS: Record<Outcome, [LucideIcon, string]> = {
  ok: [CircleCheck, "text-ok"],
  warn: [TriangleAlert, "text-warn"],
  bad: [CircleAlert, "text-bad"],
  unknown: [CircleQuestionMark, "text-muted"],
};

/** Whether messages go out, and news of them come in; and where not, what to do. */
export function SelfTest({ checks }: { checks: Check[] }) {
  const t = useTexts(whatsapp);
  const client = useQueryClient();
  const [tested, setTested] = useState<{ at: string } | { error: unknown }>();
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    try {
      await Promise.all([
        client.refetchQueries({ queryKey: keys.whatsapp }, { throwOnError: true }),
        client.refetchQueries({ queryKey: keys.heard }, { throwOnError: true }),
        client.refetchQueries({ queryKey: keys.anyFailed }, { throwOnError: true }),
      ]);
      setTested({ at: exactly(new Date().toISOString()) });
    } catch (error) {
      setTested({ error });
    }
    setBusy(false);
  };
  return (
    <Card
      title={t.test}
      intro={t.testIntro}
      actions={
        <Button look="primary" icon={RefreshCw} busy={busy} onClick={() => void test()}>
          {t.testNow}
        </Button>
      }
    >
      {tested && "error" in tested && <Problem error={tested.error} />}
      <ul className="flex flex-col divide-y divide-hairline">
        {checks.map((check) => (
          <li key={check.id} className="flex gap-3 py-3 first:pt-0 last:pb-0">
            <Icon of={LOOKS[check.is][0]} className={cx("mt-0.5", LOOKS[check.is][1])} />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap justify-between gap-x-3 font-medium">
                {t.checks[check.id]}
                <span className={cx("text-sm", LOOKS[check.is][1])}>{t.outcomes[check.is]}</span>
              </p>
              <Words of={check} />
            </div>
          </li>
        ))}
      </ul>
      <p role="status" className="text-sm text-muted">
        {tested && "at" in tested && t.testedAt(tested.at)}
      </p>
      <Simulated />
    </Card>
  );
}

/** What a check found, and what can be done. */
function Words({ of: check }: { of: Check }) {
  const t = useTexts(whatsapp);
  const can = useCan();
  return (
    <div className="text-sm text-muted">
      {check.id === "sending" && (
        <>
          <p>{check.stop ? t.stops[check.stop] : check.until ? t.sendingHeld(moment(check.until)) : t.sendingOk}</p>
          {check.code !== undefined && (
            <p>
              {t.errorCode} <Ltr>{String(check.code)}</Ltr>
            </p>
          )}
          {check.stop && check.until && <p>{t.triedAgain(moment(check.until))}</p>}
        </>
      )}
      {check.id === "address" && <p>{check.is === "ok" ? t.addressOk : t.addressBad}</p>}
      {check.id === "callbacks" && check.is === "ok" && <p>{t.callbacksOk(moment(check.at ?? ""))}</p>}
      {check.id === "callbacks" && check.is === "bad" && <p>{t.callbacksBad(moment(check.at ?? ""))}</p>}
      {check.id === "callbacks" && check.is === "unknown" && <p>{can("messages:read") ? t.callbacksUnknown : t.callbacksHidden}</p>}
      {check.id === "notice" && (
        <p>{check.since ? t.noticePaused(moment(check.since)) : check.is === "ok" ? t.noticeOk : t.noticeNone}</p>
      )}
      {check.id === "stuck" && (
        <p>
          {check.count === 0 ? t.stuckNone : t.stuckSome(check.count)}{" "}
          {check.count > 0 && (
            <Link to="/messages/failed" search={{ reason: "AccountStopped" }} className="text-brand underline">
              {t.showStuck}
            </Link>
          )}
        </p>
      )}
    </div>
  );
}

/** On one machine WhatsApp is a simulator, whose phones can be looked at. */
function Simulated() {
  const t = useTexts(whatsapp);
  if (!useOneMachine()) return null;
  return (
    <p className="rounded-md bg-info-soft p-3 text-sm">
      {t.simulator}{" "}
      <a href="/simulator" target="_blank" rel="noreferrer" className="inline-block min-h-6 text-info underline">
        {t.openSimulator}
      </a>
    </p>
  );
}

import { CircleAlert, CircleCheck, TriangleAlert, type LucideIcon } from "lucide-react";

import type { WhatsAppStandingView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Ltr, When } from "@/ui/Text";

import { worst, type Check } from "./checks";
import { whatsapp } from "./texts";

interface StandingProps {
  account: WhatsAppStandingView;
  checks: Check[];
}

const LOOKS: Record<ReturnType<typeof worst>, [LucideIcon, string]> = {
  ok: [CircleCheck, "border-ok bg-ok-soft text-ok"],
  warn: [TriangleAlert, "border-warn bg-warn-soft text-warn"],
  bad: [CircleAlert, "border-bad bg-bad-soft text-bad"],
};

/** Whether the number works, before anything else: as well as the worst of what is checked. */
export function Standing({ account, checks }: StandingProps) {
  const t = useTexts(whatsapp);
  const { noticeTemplate } = account;
  const is = worst(checks);
  const [icon, look] = LOOKS[is];
  const words = account.stoppedBy !== null ? t.stopped : { ok: t.connected, warn: t.attention, bad: t.faulty }[is];
  return (
    <section className="overflow-hidden rounded-xl border border-hairline bg-surface">
      <h2 className={cx("flex items-center gap-3 border-b p-4 font-semibold", look)}>
        <Icon of={icon} />
        {words}
      </h2>
      <dl className="grid gap-4 p-4 sm:grid-cols-2">
        <div>
          <dt className="text-sm text-muted">{t.numberId}</dt>
          <dd>
            <Ltr>{account.phoneNumberId}</Ltr>
          </dd>
        </div>
        <div>
          <dt className="text-sm text-muted">{t.since}</dt>
          <dd>
            <When at={account.connectedAt} />
          </dd>
        </div>
        <div>
          <dt className="text-sm text-muted">{t.noticeTitle}</dt>
          <dd>{noticeTemplate ? <Ltr>{`${noticeTemplate.name} (${noticeTemplate.language})`}</Ltr> : t.noticeNone}</dd>
        </div>
        <div>
          <dt className="text-sm text-muted">{t.news}</dt>
          <dd>
            <News account={account} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function News({ account: { accountEvent, accountEventAt } }: { account: WhatsAppStandingView }) {
  const t = useTexts(whatsapp);
  if (!accountEvent) return t.noNews;
  const known = Object.hasOwn(t.events, accountEvent) ? t.events[accountEvent as keyof typeof t.events] : undefined;
  return (
    <>
      {known ?? t.otherEvent(accountEvent)}
      {accountEventAt && (
        <>
          {" · "}
          <When at={accountEventAt} />
        </>
      )}
    </>
  );
}

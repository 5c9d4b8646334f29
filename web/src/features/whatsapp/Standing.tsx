import { CircleAlert, CircleCheck, TriangleAlert, type LucideIcon } from "lucide-react";

import type { WhatsAppStandingView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Ltr, When } from "@/ui/Text";

import { whatsapp } from "./texts";

/** Whether the number works, before anything else. */
export function Standing({ account }: { account: WhatsAppStandingView }) {
  const t = useTexts(whatsapp);
  const { stoppedBy, heldUntil, noticeTemplatePaused, noticeTemplate } = account;
  const [icon, words, look]: [LucideIcon, string, string] =
    stoppedBy !== null
      ? [CircleAlert, t.stopped, "border-bad bg-bad-soft text-bad"]
      : heldUntil || noticeTemplatePaused
        ? [TriangleAlert, t.attention, "border-warn bg-warn-soft text-warn"]
        : [CircleCheck, t.connected, "border-ok bg-ok-soft text-ok"];
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

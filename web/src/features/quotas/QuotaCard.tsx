import { Gauge, Infinity as Endless, Trash2 } from "lucide-react";

import { livesOnQuotas } from "@/app/roles";
import type { QuotaView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { cx } from "@/ui/cx";
import { Progress } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Menu } from "@/ui/Menu";
import { Badge } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { quotas } from "./texts";

export interface Holder {
  quota: QuotaView;
  isMe: boolean;
  name: string;
  role: string | undefined;
}

interface QuotaCardProps {
  holder: Holder;
  onChange: (() => void) | undefined;
  onRemove: (() => void) | undefined;
}

/** A member, with what is used and left of their messages and queues. */
export function QuotaCard({ holder: { quota, isMe, name, role }, onChange, onRemove }: QuotaCardProps) {
  const t = useTexts(quotas);
  const lives = role !== undefined && livesOnQuotas(role);
  const granted = isSet(quota.messagesQuota, lives) || isSet(quota.queuesQuota, lives);
  const change = onChange && { id: "change", label: t.change, icon: Gauge, run: onChange };
  const remove = granted && onRemove && { id: "remove", label: t.remove, icon: Trash2, danger: true, run: onRemove };
  const items = [change, remove].filter((item) => item !== undefined && item !== false);
  return (
    <article className={cx("flex items-start gap-3 rounded-xl border bg-surface p-4", isMe ? "border-brand" : "border-hairline")}>
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="font-medium">
            <Bdi>{name}</Bdi>
          </h2>
          {isMe && <Badge tone="brand">{t.you}</Badge>}
          {!quota.active && <Badge tone="warn">{t.inactive}</Badge>}
        </div>
        <div className="grid gap-4 sm:grid-cols-2">
          <Account
            label={t.messages}
            used={quota.consumedMessages}
            reserved={quota.reservedMessages}
            all={quota.messagesQuota}
            left={quota.messagesLeft}
            lives={lives}
          />
          <Account label={t.queues} used={quota.consumedQueues} reserved={0} all={quota.queuesQuota} left={quota.queuesLeft} lives={lives} />
        </div>
      </div>
      {items.length > 0 && <Menu label={t.more(name)} items={items} />}
    </article>
  );
}

interface AccountProps {
  label: string;
  used: number;
  reserved: number;
  /** Null where there is no limit. */
  all: number | null;
  left: number | null;
  /** Whether they have nothing until it is granted. */
  lives: boolean;
}

/** Whether somebody set it: of who lives on quotas nothing is what they have anyway. */
const isSet = (all: number | null, lives: boolean) => all !== null && (all > 0 || !lives);

/** No limit and nothing left are two things, and so are nothing left and nothing ever granted. */
function Account({ label, used, reserved, all, left, lives }: AccountProps) {
  const t = useTexts(quotas);
  const never = left !== null && !isSet(all, lives);
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center justify-between gap-x-3 text-sm">
        <span className="text-muted">{label}</span>
        {left === null ? (
          <span className="inline-flex items-center gap-1 font-medium text-ok">
            <Icon of={Endless} className="size-4" />
            {t.noLimit}
          </span>
        ) : (
          <span className={cx("font-medium", never ? "text-warn" : left === 0 && "text-bad")}>{never ? t.neverGranted : t.left(left)}</span>
        )}
      </p>
      {all !== null && all > 0 && <Progress label={label} of={all} done={all - (left ?? 0)} />}
      <p className="text-sm text-muted">
        {all !== null && all > 0 ? t.usedOf(number(all - (left ?? 0)), number(all)) : used > 0 && t.used(number(used))}
        {reserved > 0 && ` · ${t.reserved(reserved)}`}
      </p>
    </div>
  );
}

import { Ban, Bell, Check, CheckCheck, CircleAlert, CircleCheck, CircleQuestionMark, Clock, Stethoscope, UserX, type LucideIcon } from "lucide-react";

import type { Status as MessageStatus, TicketStatus } from "@/api/generated";
import { useTexts } from "@/i18n/texts";

import { cx } from "./cx";
import { Icon } from "./Icon";
import { common } from "./texts";

type Tone = "idle" | "info" | "ok" | "warn" | "bad" | "brand";

const TONES: Record<Tone, string> = {
  idle: "bg-raised text-muted",
  info: "bg-info-soft text-info",
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  brand: "bg-brand-soft text-brand-ink",
};

/** A state in a word with its picture: colour alone says nothing. */
export function Badge({ tone, icon, children }: { tone: Tone; icon?: LucideIcon; children: string }) {
  return (
    <span className={cx("inline-flex items-center gap-1 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap", TONES[tone])}>
      {icon && <Icon of={icon} className="size-3.5" />}
      {children}
    </span>
  );
}

const TICKETS: Record<TicketStatus, [Tone, LucideIcon]> = {
  waiting: ["idle", Clock],
  called: ["info", Bell],
  in_service: ["brand", Stethoscope],
  served: ["ok", CircleCheck],
  no_show: ["warn", UserX],
  cancelled: ["idle", Ban],
};

export function Status({ of }: { of: TicketStatus }) {
  const [tone, icon] = TICKETS[of];
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts(common).status[of]}
    </Badge>
  );
}

const MESSAGES: Record<MessageStatus, [string, LucideIcon]> = {
  queued: ["text-muted", Clock],
  sending: ["text-muted", Clock],
  unknown: ["text-warn", CircleQuestionMark],
  stopped: ["text-muted", Ban],
  sent: ["text-muted", Check],
  delivered: ["text-muted", CheckCheck],
  read: ["text-info", CheckCheck],
  failed: ["text-bad", CircleAlert],
};

/** A message's ticks, with the word. */
export function Ticks({ of }: { of: MessageStatus }) {
  const [colour, icon] = MESSAGES[of];
  return (
    <span className={cx("inline-flex items-center gap-1 text-xs whitespace-nowrap", colour)}>
      <Icon of={icon} className="size-4" />
      {useTexts(common).message[of]}
    </span>
  );
}

import { BellOff, Clock, Lock, SendHorizontal } from "lucide-react";

import { useCan } from "@/app/me";
import type { ConversationView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { useDuration, useNow } from "@/ui/Text";

import { minutesLeft } from "./said";
import { patients } from "./texts";

interface WindowProps {
  conversation: ConversationView;
  onSend: () => void;
}

/** For how long WhatsApp still takes any text to them, and the way to a template. */
export function Window({ conversation, onSend }: WindowProps) {
  const t = useTexts(patients);
  const can = useCan();
  const duration = useDuration();
  const { lastInboundAt, consent } = conversation;
  const left = minutesLeft(lastInboundAt, useNow());
  const refused = consent === "opted_out";
  const text = left > 0 ? t.windowOpen(duration(left)) : lastInboundAt ? t.windowClosed : t.windowNever;
  return (
    <div className="sticky bottom-18 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-hairline bg-surface px-4 py-3 md:bottom-4">
      <Icon of={refused ? BellOff : left > 0 ? Clock : Lock} className={cx(refused ? "text-bad" : left > 0 ? "text-ok" : "text-warn")} />
      <p className="numerals min-w-52 flex-1 text-sm leading-relaxed">{refused ? t.optedOutHint : text}</p>
      {can("messages:send") && !refused && (
        <Button look="primary" icon={SendHorizontal} mirror onClick={onSend}>
          {t.sendTemplate}
        </Button>
      )}
    </div>
  );
}

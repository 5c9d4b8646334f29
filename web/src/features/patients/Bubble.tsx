import { Link } from "@tanstack/react-router";
import {
  AtSign,
  FileText,
  Image,
  MapPin,
  MessageCircleQuestionMark,
  Mic,
  MousePointerClick,
  ShoppingBag,
  SmilePlus,
  Sticker,
  UserRound,
  Video,
  type LucideIcon,
} from "lucide-react";

import { useCan } from "@/app/me";
import type { Kind, SaidView } from "@/api/generated";
import { messaging } from "@/features/messaging/texts";
import { useTexts } from "@/i18n/texts";
import { time } from "@/lib/format";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Ticks } from "@/ui/Status";
import { Phone } from "@/ui/Text";

import { isNotice } from "./said";
import { patients } from "./texts";

const PICTURES: Partial<Record<Kind, LucideIcon>> = {
  image: Image,
  audio: Mic,
  video: Video,
  document: FileText,
  sticker: Sticker,
  location: MapPin,
  contacts: UserRound,
  button: MousePointerClick,
  interactive: MousePointerClick,
  reaction: SmilePlus,
  order: ShoppingBag,
  unsupported: MessageCircleQuestionMark,
  other: AtSign,
};

/** Something that was said: the clinic's own at the end of the line, in the direction of its own text. */
export function Bubble({ of: said, name }: { of: SaidView; name?: string }) {
  const t = useTexts(patients);
  const own = said.direction === "out";
  if (isNotice(said.kind)) return <Notice of={said} />;
  return (
    <div className={cx("flex max-w-[85%] flex-col gap-1 sm:max-w-[70%]", own ? "items-end self-end" : "items-start self-start")}>
      <div
        className={cx(
          "min-w-16 rounded-xl px-3 py-2",
          own ? "rounded-ee-sm bg-brand-soft text-brand-ink" : "rounded-es-sm border border-hairline bg-surface",
        )}
      >
        <span className="sr-only">{own ? t.fromClinic : t.fromPatient(name ?? "")}</span>
        <Media of={said} />
        {said.text && (
          <p dir="auto" className="whitespace-pre-wrap">
            {said.text}
          </p>
        )}
      </div>
      <p className="flex flex-wrap items-center gap-x-2 px-1 text-xs text-muted">
        <time dateTime={said.at}>{time(said.at)}</time>
        {own && said.status && <Ticks of={said.status} />}
        {said.sharedNumber && <span>{t.maybeAnother}</span>}
      </p>
      {own && said.reason && <Reason of={said.reason} />}
    </div>
  );
}

function Reason({ of }: { of: NonNullable<SaidView["reason"]> }) {
  const t = useTexts(messaging);
  const can = useCan();
  return (
    <p className="flex flex-wrap gap-x-2 px-1 text-xs text-bad">
      {t.reasons[of]}
      {can("tasks:read") && (
        <Link to="/messages/failed" className="text-text underline">
          {t.showFailed}
        </Link>
      )}
    </p>
  );
}

/** What is no text: its kind in a word. Dawr keeps no pictures or files. */
function Media({ of: { kind, mediaType } }: { of: SaidView }) {
  const t = useTexts(patients);
  if (!kind || kind === "text") return null;
  const picture = PICTURES[kind];
  if (!picture) return null;
  return (
    <p className="flex items-center gap-2 text-sm text-muted">
      <Icon of={picture} className="size-4" />
      {t.kinds[kind]}
      {kind === "document" && mediaType && <bdi dir="ltr">{mediaType.split("/").at(-1)}</bdi>}
    </p>
  );
}

function Notice({ of: { kind, text, newPhoneNumber } }: { of: SaidView }) {
  const t = useTexts(patients);
  return (
    <p className="self-center rounded-full bg-raised px-4 py-1 text-center text-sm text-muted">
      {kind === "number_changed" ? t.changedNumber : t.kinds.preference}
      {newPhoneNumber && (
        <>
          {" "}
          <Phone of={newPhoneNumber} className="text-text" />
        </>
      )}
      {kind === "preference" && text && <bdi className="ms-1">{text}</bdi>}
    </p>
  );
}

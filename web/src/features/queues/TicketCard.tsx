import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, ArrowUpToLine, Ban, Bell, CircleCheck, Contact, ListOrdered, MessageSquareText, Stethoscope, Undo2, UserX, type LucideIcon } from "lucide-react";

import { useCan } from "@/app/me";
import type { TicketStatus, TicketView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Menu, type MenuItem } from "@/ui/Menu";
import { Num } from "@/ui/Num";
import { Grip } from "@/ui/reorder";
import { Badge, Status } from "@/ui/Status";
import { Bdi, Phone, Wait, When } from "@/ui/Text";

import { STEPS } from "./actions";
import type { Opened } from "./Dialogs";
import type { Line } from "./queries";
import { queues } from "./texts";
import { useSteps } from "./useSteps";

const ICONS: Record<TicketStatus, LucideIcon> = {
  called: Bell,
  in_service: Stethoscope,
  served: CircleCheck,
  no_show: UserX,
  waiting: Undo2,
  cancelled: Ban,
};

interface TicketCardProps {
  ticket: TicketView;
  line: Line;
  onOpen: (opened: Opened) => void;
}

/** A patient's place in the queue. The number is the largest thing; what is usually next is one press away. */
export function TicketCard({ ticket, line, onOpen }: TicketCardProps) {
  const t = useTexts(queues);
  const can = useCan();
  const steps = useSteps(ticket);
  const items = useItems(ticket, line, onOpen, steps);
  const [usual] = STEPS[ticket.status];
  const over = ticket.finishedAt !== undefined && ticket.finishedAt !== null;
  const calling = ticket.status === "called";
  const waits = ticket.status === "waiting";
  return (
    <article
      className={cx(
        "@container flex gap-3 rounded-lg border bg-surface px-3 py-2.5",
        calling ? "border-info" : "border-hairline",
      )}
    >
      <Grip />
      <p className={cx("min-w-11 text-center", over ? "text-xl" : "text-3xl", "font-bold")}>
        <span className="sr-only">{t.ticket(ticket.ticketNumber)}</span>
        <span aria-hidden>
          <Num of={ticket.ticketNumber} />
        </span>
      </p>
      {/* Of those who wait there are many: their button is beside the name, in a narrow column a sign alone. */}
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-2">
        <h3 className="min-w-0 flex-1 py-0.5 font-medium">
          <Bdi>{ticket.fullName}</Bdi>
        </h3>
        {items.length > 0 && (
          <div className={cx("-me-1.5 ms-auto flex items-center gap-1", waits ? "-my-1" : "order-last")}>
            {!over && usual && can("tickets:write") && (
              <Button
                size="sm"
                icon={ICONS[usual]}
                busy={steps.busy}
                title={t.step[usual]}
                aria-label={t.stepFor(t.step[usual], ticket.ticketNumber, ticket.fullName)}
                onClick={() => steps.go(usual)}
              >
                <span className={cx(waits && "@max-sm:sr-only")}>{t.step[usual]}</span>
              </Button>
            )}
            <Menu label={t.actions(ticket.ticketNumber, ticket.fullName)} items={items} />
          </div>
        )}
        <p className="flex w-full flex-wrap items-baseline gap-x-3 text-sm text-muted">
          <Phone of={ticket.phoneNumber} />
          <Since ticket={ticket} />
        </p>
        <Badges ticket={ticket} over={over} />
      </div>
    </article>
  );
}

function Badges({ ticket, over }: { ticket: TicketView; over: boolean }) {
  const t = useTexts(queues);
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-1.5 empty:hidden">
      {ticket.status !== "waiting" && <Status of={ticket.status} />}
      {ticket.room && !over && <Badge tone="info">{t.inRoom(ticket.room)}</Badge>}
      {ticket.needsAnswer && <Badge tone="warn">{t.needsAnswer}</Badge>}
      {ticket.unreadMessages > 0 && <Unread ticket={ticket} />}
      {ticket.warnings?.includes("NotMobile") && <Badge tone="warn">{t.notMobile}</Badge>}
    </div>
  );
}

/** What nobody has read yet leads to the conversation. */
function Unread({ ticket }: { ticket: TicketView }) {
  const t = useTexts(queues);
  const can = useCan();
  const badge = (
    <Badge tone="brand" icon={MessageSquareText}>
      {t.unread(ticket.unreadMessages)}
    </Badge>
  );
  if (!can("messages:read") || !can("patients:read")) return badge;
  return (
    <Link
      to="/patients/$patientId"
      params={{ patientId: ticket.patientId }}
      search={{ tab: "messages" }}
      className="-my-1 inline-flex min-h-8 items-center rounded-full hover:opacity-80"
    >
      {badge}
      <span className="sr-only">{t.readUnread(ticket.fullName)}</span>
    </Link>
  );
}

function Since({ ticket }: { ticket: TicketView }) {
  if (ticket.status === "waiting") return <Wait since={ticket.createdAt} />;
  const at = ticket.finishedAt ?? ticket.startedAt ?? ticket.calledAt;
  return at ? <When at={at} /> : null;
}

/** Everything that may be done with it, by menu and so by keyboard. */
function useItems(ticket: TicketView, line: Line, onOpen: (opened: Opened) => void, steps: ReturnType<typeof useSteps>): MenuItem[] {
  const t = useTexts(queues);
  const can = useCan();
  const navigate = useNavigate();
  const patient: MenuItem = {
    id: "patient",
    label: t.openPatient,
    icon: Contact,
    run: () => void navigate({ to: "/patients/$patientId", params: { patientId: ticket.patientId } }),
  };
  const record = can("patients:read") ? [patient] : [];
  if (!can("tickets:write")) return record;
  const items: MenuItem[] = STEPS[ticket.status].map((step) => ({
    id: step,
    label: t.step[step],
    icon: ICONS[step],
    mirror: step === "waiting",
    danger: step === "cancelled",
    run: () => steps.go(step),
  }));
  const place = ticket.position ?? 0;
  if (ticket.status !== "waiting" || line.waiting.length < 2) return [...items.slice(0, -1), ...record, ...items.slice(-1)];
  const moves: (MenuItem | false)[] = [
    place > 1 && { id: "up", label: t.moveUp, icon: ArrowUp, run: () => steps.move(place - 1) },
    place < line.waiting.length && { id: "down", label: t.moveDown, icon: ArrowDown, run: () => steps.move(place + 1) },
    place > 2 && { id: "first", label: t.moveFirst, icon: ArrowUpToLine, run: () => steps.move(1) },
    { id: "to", label: t.moveTo, icon: ListOrdered, run: () => onOpen({ is: "move", ticket }) },
  ];
  const shown = moves.filter((move) => move !== false);
  return [...items.slice(0, -1), ...shown, ...record, ...items.slice(-1)];
}

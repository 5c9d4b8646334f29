import { lazy, Suspense, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ban, CircleCheck, Clock, Hourglass, MailPlus, Send, type LucideIcon } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import { call } from "@/api/client";
import { resendInvitation, revokeInvitation, type InvitationView } from "@/api/generated";
import { newKey } from "@/api/key";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Menu } from "@/ui/Menu";
import { Badge } from "@/ui/Status";
import { Bdi, Phone, When } from "@/ui/Text";
import { toast } from "@/ui/Toast";

import { useCoverage, useRoleTitle } from "./parts";
import { invitationsQuery, membersQuery, useRoles } from "./queries";
import { mayDecideOn } from "./rights";
import { members } from "./texts";

const Confirm = lazy(() => import("./Confirm"));
const Invited = lazy(async () => ({ default: (await import("./InviteDialog")).Invited }));

type Asking = { what: "resend" | "revoke"; invitation: InvitationView; key: string };

/** Who was invited, and what became of it. */
export function InvitationList({ onInvite }: { onInvite: () => void }) {
  const t = useTexts(members);
  const can = useCan();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(invitationsQuery);
  const [asking, setAsking] = useState<Asking>();
  const [made, setMade] = useState<InvitationView>();
  if (error && !data) return <Broken part error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-48" />;
  if (data.items.length === 0) {
    return (
      <Empty icon={MailPlus} title={t.noInvitations}>
        <p>{t.noInvitationsHint}</p>
        {can("members:manage") && <Button onClick={onInvite}>{t.invite}</Button>}
      </Empty>
    );
  }
  const done = async () => {
    setAsking(undefined);
    await client.invalidateQueries({ queryKey: keys.invitations });
  };
  const work = async ({ what, invitation: { id, version }, key }: Asking) => {
    const input = { path: { invitationId: id }, version };
    try {
      if (what === "resend") setMade(await call(resendInvitation, { ...input, key }));
      else {
        await call(revokeInvitation, input);
        toast({ text: t.revoked });
      }
      await done();
    } finally {
      // Whatever was in the way: the list shows how it stands by now.
      void client.invalidateQueries({ queryKey: keys.invitations });
    }
  };
  const name = asking?.invitation.fullName ?? asking?.invitation.phone ?? t.unnamed;
  return (
    <>
      <ul aria-label={t.invitations} className="flex flex-col divide-y divide-hairline rounded-xl border border-hairline bg-surface">
        {data.items.map((one) => (
          <Row key={one.id} of={one} onAsk={(what) => setAsking({ what, invitation: one, key: newKey() })} />
        ))}
      </ul>
      <Suspense>
        {asking && (
          <Confirm
            title={asking.what === "resend" ? t.resendTitle : t.revoke}
            text={asking.what === "resend" ? t.resendText(name) : t.revokeText(name)}
            action={asking.what === "resend" ? t.resend : t.revoke}
            danger={asking.what === "revoke"}
            work={() => work(asking)}
            onClose={() => setAsking(undefined)}
          />
        )}
        {made && <Invited invitation={made} onClose={() => setMade(undefined)} />}
      </Suspense>
    </>
  );
}

const STATES: Record<InvitationView["state"], ["info" | "warn" | "ok" | "idle", LucideIcon]> = {
  pending: ["info", Clock],
  expired: ["warn", Hourglass],
  accepted: ["ok", CircleCheck],
  revoked: ["idle", Ban],
};

function Row({ of: one, onAsk }: { of: InvitationView; onAsk: (what: Asking["what"]) => void }) {
  const t = useTexts(members);
  const me = useMe();
  const can = useCan();
  const roles = useRoles();
  const titleOf = useRoleTitle();
  const coverage = useCoverage();
  const { data: team } = useQuery(membersQuery({}));
  const inviter = team?.items.find(({ id }) => id === one.invitedBy);
  const [tone, icon] = STATES[one.state];
  const isOpen = one.state === "pending" || one.state === "expired";
  const may = isOpen && can("members:manage") && mayDecideOn(me, one, roles);
  const name = one.fullName ?? one.phone ?? t.unnamed;
  const items = [
    { id: "resend", label: t.resend, icon: Send, mirror: true, run: () => onAsk("resend") },
    ...(one.state === "pending" ? [{ id: "revoke", label: t.revoke, icon: Ban, danger: true, run: () => onAsk("revoke") }] : []),
  ];
  return (
    <li className="flex items-center gap-2 py-2 ps-4 pe-2">
      <div className="flex min-w-0 flex-1 flex-col gap-0.5 py-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {one.memberId ? (
            <Link to="/settings/members/$userId" params={{ userId: one.memberId }} className="font-medium text-brand underline">
              <Bdi>{one.fullName ?? t.unnamed}</Bdi>
            </Link>
          ) : (
            <Bdi className="font-medium">{one.fullName ?? t.unnamed}</Bdi>
          )}
          {one.phone && <Phone of={one.phone} className="text-sm text-muted" />}
          <Badge tone={tone} icon={icon}>
            {t.invitationStates[one.state]}
          </Badge>
        </p>
        <p className="text-sm text-muted">
          <Bdi>{titleOf(one.role)}</Bdi>
          {" · "}
          {coverage(one.clinics)}
          {isOpen && (
            <>
              {" · "}
              {one.state === "pending" ? t.goodUntil : t.endedAt} <When at={one.endsAt} />
            </>
          )}
          {inviter && (
            <>
              {" · "}
              {t.invitedBy} <Bdi>{inviter.fullName}</Bdi>
            </>
          )}
        </p>
      </div>
      {may && <Menu label={t.actionsOf(name)} items={items} />}
    </li>
  );
}

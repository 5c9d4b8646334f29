import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { UserRoundX } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import { Failure } from "@/api/failure";
import type { MemberView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { date, number } from "@/lib/format";
import { Back } from "@/ui/Back";
import { buttonClass } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr, Phone } from "@/ui/Text";

import { Access } from "./Access";
import { EditMember } from "./EditMember";
import { QuotaHint, useCoverage, useRoleTitle } from "./parts";
import { memberQuery, quotaQuery, rolesQuery, useRoles } from "./queries";
import { mayManage, sends } from "./rights";
import { members } from "./texts";

/** One member: what they are, and what whoever may can change. */
export function MemberPage() {
  const t = useTexts(members);
  const me = useMe();
  const { userId } = useParams({ from: "/settings/members/$userId" });
  const { data: member, error, refetch } = useQuery(memberQuery(userId));
  const { data: roles } = useQuery(rolesQuery);
  const titleOf = useRoleTitle();
  if (error && !member) {
    const isGone = error instanceof Failure && (error.status === 404 || error.status === 400 || error.status === 422);
    if (!isGone) return <Broken error={error} retry={() => void refetch()} />;
    return (
      <Empty icon={UserRoundX} title={t.memberGone} as="h1">
        <p>{t.memberGoneHint}</p>
        <Link to="/settings/members" className={buttonClass()}>
          {t.backToTeam}
        </Link>
      </Empty>
    );
  }
  if (!member || !roles) {
    return (
      <Page title={t.title} width="form">
        <Skeleton className="h-96" />
      </Page>
    );
  }
  const manages = mayManage(me, member, roles);
  const intro = (
    <span className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
      <Ltr>{member.username}</Ltr>
      <Bdi>{titleOf(member.role)}</Bdi>
      <Badge tone={member.active ? "ok" : "warn"}>{member.active ? t.active : t.inactive}</Badge>
    </span>
  );
  return (
    <Page title={member.fullName} intro={intro} width="form" back={<Back to="/settings/members">{t.title}</Back>}>
      {manages ? <EditMember key={member.id} member={member} /> : <Facts of={member} />}
      <Quota of={member} />
      {manages && <Access of={member} />}
    </Page>
  );
}

const ACCOUNT: string = "/settings/security";

/** For whoever may look, but not change. */
function Facts({ of: member }: { of: MemberView }) {
  const t = useTexts(members);
  const me = useMe();
  const can = useCan();
  const titleOf = useRoleTitle();
  const coverage = useCoverage();
  const isMe = member.id === me.id;
  return (
    <Card title={t.details}>
      <div className="rounded-md bg-info-soft p-3 text-sm text-info">
        {isMe ? (
          <>
            <p className="font-medium">{t.yourself}</p>
            <p>
              {t.yourselfHint}{" "}
              <Link to={ACCOUNT} className="font-medium underline">
                {t.toAccount}
              </Link>
            </p>
          </>
        ) : (
          <p>{can("members:manage") ? t.beyond : t.mayLook}</p>
        )}
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 [&_dt]:text-muted">
        <dt>{t.role}</dt>
        <dd>
          <Bdi>{titleOf(member.role)}</Bdi>
        </dd>
        <dt>{t.clinics}</dt>
        <dd>{coverage(member.clinics)}</dd>
        {member.clinicRoles.map((there) => (
          <Other key={there.clinicId} clinic={coverage([there.clinicId])} role={titleOf(there.role)} />
        ))}
        <dt>{t.phone}</dt>
        <dd>{member.phone ? <Phone of={member.phone} /> : t.noPhone}</dd>
        <dt>{t.email}</dt>
        <dd>{member.email ? <Ltr>{member.email}</Ltr> : t.noEmail}</dd>
        <dt>{t.since}</dt>
        <dd>
          <time dateTime={member.createdAt}>{date(member.createdAt)}</time>
        </dd>
      </dl>
    </Card>
  );
}

function Other({ clinic, role }: { clinic: string; role: string }) {
  return (
    <>
      <dt>{clinic}</dt>
      <dd>
        <Bdi>{role}</Bdi>
      </dd>
    </>
  );
}

function Quota({ of: member }: { of: MemberView }) {
  const t = useTexts(members);
  const can = useCan();
  const roles = useRoles();
  const { data: quota } = useQuery({ ...quotaQuery(member.id), enabled: can("quotas:read") });
  const left = quota?.messagesLeft ?? 0;
  // Whose role sends nothing neither has nor lacks anything.
  const matters = left > 0 || sends(member.role, roles);
  if (!quota || !member.active || !matters) return null;
  return (
    <Card title={t.quota}>
      <p className="font-medium">{quota.messagesUnlimited ? t.quotaUnlimited : t.quotaLeft(left)}</p>
      {!quota.messagesUnlimited && quota.messagesQuota !== null && quota.messagesQuota > 0 && (
        <p className="text-sm text-muted">
          {number(left)} / {number(quota.messagesQuota)}
        </p>
      )}
      {!quota.messagesUnlimited && left === 0 && <QuotaHint role={member.role} />}
    </Card>
  );
}

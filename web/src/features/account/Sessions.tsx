import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LogOut, MonitorSmartphone } from "lucide-react";

import { useProblem } from "@/app/problem";
import { call } from "@/api/client";
import { endSession, endSessions, type OpenSessionView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr, When } from "@/ui/Text";
import { toast } from "@/ui/Toast";

import { sessionsQuery } from "./queries";
import { account } from "./texts";

/** Where one is signed in. This one first; each of the others can be ended, or all at once. */
export function Sessions() {
  const t = useTexts(account);
  const client = useQueryClient();
  const { onError } = useProblem();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const onSettled = () => client.invalidateQueries({ queryKey: keys.sessions });
  const one = useMutation({
    mutationFn: (session: OpenSessionView) => call(endSession, { path: { sessionId: session.id } }),
    onSuccess: (_, session) => toast({ text: t.sessionEnded(session.device) }),
    onError,
    onSettled,
  });
  const others = useMutation({
    mutationFn: () => call(endSessions, {}),
    onSuccess: () => toast({ text: t.othersEnded }),
    onError,
    onSettled,
  });
  const sorted = data?.toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt)) ?? [];
  const more = sorted.filter(({ current }) => !current).length;
  return (
    <Card
      title={t.sessions}
      intro={t.sessionsIntro}
      actions={
        more > 0 && (
          <Button size="sm" icon={LogOut} mirror busy={others.isPending} onClick={() => others.mutate()}>
            {t.endOthers(more)}
          </Button>
        )
      }
    >
      {error && !data && (
        <Problem error={error}>
          <Button size="sm" className="self-start" onClick={() => void refetch()}>
            {t.again}
          </Button>
        </Problem>
      )}
      {!data && !error && <Skeleton className="h-24" />}
      {sorted.length > 0 && (
        <ul className="flex flex-col divide-y divide-hairline">
          {sorted.map((session) => (
            <One key={session.id} session={session} onEnd={() => one.mutateAsync(session).then(() => undefined)} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function One({ session, onEnd }: { session: OpenSessionView; onEnd: () => Promise<void> }) {
  const t = useTexts(account);
  const [busy, setBusy] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 first:pt-0 last:pb-0">
      <Icon of={MonitorSmartphone} className="text-muted" />
      <div className="min-w-40 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <Bdi>{session.device}</Bdi>
          {session.current && <Badge tone="ok">{t.thisOne}</Badge>}
        </p>
        <p className="flex flex-wrap items-baseline gap-x-3 text-sm text-muted">
          <Ltr>{session.address}</Ltr>
          <span>
            {t.startedAt} <When at={session.startedAt} />
          </span>
          <span>
            {t.lastUsedAt} <When at={session.lastUsedAt} />
          </span>
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          look="quiet"
          busy={busy}
          aria-label={t.endOf(session.device)}
          onClick={() => {
            setBusy(true);
            onEnd().catch(() => setBusy(false));
          }}
        >
          {t.end}
        </Button>
      )}
    </li>
  );
}

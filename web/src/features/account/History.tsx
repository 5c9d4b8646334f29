import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleX, KeyRound, type LucideIcon } from "lucide-react";

import type { Outcome, SignInView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Card } from "@/ui/Card";
import { Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Pager } from "@/ui/Pager";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr, When } from "@/ui/Text";

import { signInsQuery } from "./queries";
import { account } from "./texts";

const LOOKS: Record<Outcome, [LucideIcon, string]> = {
  signedIn: [CircleCheck, "text-ok"],
  codeNeeded: [KeyRound, "text-muted"],
  resetAsked: [KeyRound, "text-muted"],
  passwordReset: [KeyRound, "text-info"],
  resetUnreachable: [CircleAlert, "text-warn"],
  wrongPassword: [CircleX, "text-warn"],
  wrongCode: [CircleX, "text-warn"],
  tenantSuspended: [CircleX, "text-bad"],
  addressNotAllowed: [CircleX, "text-bad"],
  tokenReused: [CircleAlert, "text-bad"],
};

/** Every try to sign in to this account: when, from where, and how it ended. */
export function History({ page, onPage }: { page: string | undefined; onPage: (page: string | undefined) => void }) {
  const t = useTexts(account);
  const { data, error } = useQuery({ ...signInsQuery(page), placeholderData: keepPreviousData });
  return (
    <Card title={t.history} intro={t.historyIntro}>
      {error && !data && <Problem error={error} />}
      {!data && !error && <Skeleton className="h-40" />}
      {data && (
        <ul className="flex flex-col divide-y divide-hairline">
          {data.items.map((one) => (
            <Try key={one.id} one={one} />
          ))}
        </ul>
      )}
      <Pager page={page} next={data?.nextPage} onPage={onPage} />
    </Card>
  );
}

function Try({ one }: { one: SignInView }) {
  const t = useTexts(account);
  const [icon, colour] = LOOKS[one.outcome];
  return (
    <li className="flex gap-3 py-2.5 first:pt-0 last:pb-0">
      <Icon of={icon} className={colour} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">{t.outcomes[one.outcome]}</span>
          <span className="text-sm text-muted">
            <When at={one.at} />
          </span>
        </p>
        <p className="flex flex-wrap items-baseline gap-x-3 text-sm text-muted">
          <Bdi>{one.device}</Bdi>
          <Ltr>{one.address}</Ltr>
          {one.unusual.map((risk) => (
            <Badge key={risk} tone="warn">
              {t.risks[risk]}
            </Badge>
          ))}
        </p>
      </div>
    </li>
  );
}

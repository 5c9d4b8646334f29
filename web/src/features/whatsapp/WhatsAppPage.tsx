import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Smartphone } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useMe } from "@/app/me";
import type { WhatsAppStandingView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Card } from "@/ui/Card";

import { Connect } from "./Connect";
import { Standing } from "./Standing";
import { whatsappQuery } from "./queries";
import { SelfTest } from "./SelfTest";
import { whatsapp } from "./texts";
import { useChecks } from "./useChecks";
import { Webhook } from "./Webhook";

/** The number from which messages go: whether it works, and how one is connected. */
export function WhatsAppPage() {
  const t = useTexts(whatsapp);
  const me = useMe();
  const account = useQuery(whatsappQuery);
  const [changing, setChanging] = useState(false);
  // Known here alone, from the moment it was saved until the page is left.
  const [verifyToken, setVerifyToken] = useState<string>();
  if (account.error && account.data === undefined) return <Broken error={account.error} retry={() => void account.refetch()} />;
  const { data } = account;
  const mayChange = me.clinics === "all";
  const connect = (
    <Connect
      account={data ?? null}
      onCancel={data ? () => setChanging(false) : undefined}
      onSaved={(token) => {
        setVerifyToken(token);
        setChanging(false);
      }}
    />
  );
  return (
    <Page title={t.title} intro={t.intro} width="form">
      {data === undefined && <Skeleton className="h-80" />}
      {data === null && (
        <>
          <Empty icon={Smartphone} title={t.notConnected}>
            <p>{t.notConnectedHint}</p>
          </Empty>
          {connect}
        </>
      )}
      {data && !changing && (
        <>
          <Connection account={data} verifyToken={verifyToken} />
          <Webhook account={data} verifyToken={verifyToken} />
          {mayChange && (
            <Card title={t.change} intro={t.changeIntro}>
              <Button className="self-start" onClick={() => setChanging(true)}>
                {t.change}
              </Button>
            </Card>
          )}
        </>
      )}
      {data && changing && connect}
    </Page>
  );
}

interface ConnectionProps {
  account: WhatsAppStandingView;
  verifyToken: string | undefined;
}

/** How it is on the whole, and each thing of it. */
function Connection({ account, verifyToken }: ConnectionProps) {
  const checks = useChecks(account, verifyToken);
  return (
    <>
      <Standing account={account} checks={checks} />
      <SelfTest checks={checks} />
    </>
  );
}

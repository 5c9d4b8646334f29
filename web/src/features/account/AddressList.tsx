import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { tenantQuery } from "@/app/tenant";
import { call } from "@/api/client";
import { Failure, faultOf } from "@/api/failure";
import { updateTenant, type OrganisationView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Skeleton } from "@/ui/Empty";
import { TextArea } from "@/ui/Field";
import { Form, Problem, useSending } from "@/ui/form";
import { Ltr } from "@/ui/Text";
import { toast } from "@/ui/Toast";

import { sessionsQuery } from "./queries";
import { account } from "./texts";

const FIELD = "security.allowedAddresses";

/** What is wrong with single lines of those that were sent. */
function wrongLines(error: unknown, sent: string[]) {
  const faults = error instanceof Failure ? error.faults : [];
  return faults.flatMap(({ field = "", message }) => {
    const place = /^security\.allowedAddresses\[(\d+)\]$/.exec(field)?.[1];
    return place === undefined ? [] : [{ field, line: sent[Number(place)] ?? "", message }];
  });
}

/** From where everybody of the organisation may sign in and work. */
export function AddressList() {
  const t = useTexts(account);
  const { data, error } = useQuery(tenantQuery);
  if (data && !data.security) return null;
  return (
    <Card title={t.addresses} intro={t.addressesIntro}>
      {error && !data && <Problem error={error} />}
      {!data && !error && <Skeleton className="h-32" />}
      {data && <Addresses key={data.version} tenant={data} />}
    </Card>
  );
}

function Addresses({ tenant }: { tenant: OrganisationView }) {
  const t = useTexts(account);
  const client = useQueryClient();
  const sending = useSending();
  const sessions = useQuery(sessionsQuery);
  const stands = tenant.security?.allowedAddresses.join("\n") ?? "";
  const [typed, setTyped] = useState(stands);
  const own = sessions.data?.find(({ current }) => current)?.address;
  const lines = typed.split(/[\s,\u060c]+/).filter(Boolean);
  const [sent, setSent] = useState<string[]>([]);
  const wrong = wrongLines(sending.error, sent);
  const submit = () =>
    sending.submit(async () => {
      setSent(lines);
      try {
        const body = { security: { allowedAddresses: lines } };
        client.setQueryData(tenantQuery.queryKey, await call(updateTenant, { body, version: tenant.version }));
        toast({ text: t.addressesSaved });
      } catch (error) {
        // What stands now is shown instead; nobody else's change is undone unseen.
        if (faultOf(updateTenant, error, "StaleVersion")) void client.invalidateQueries({ queryKey: keys.tenant });
        throw error;
      }
    });
  const add = () => setTyped((before) => [...before.split("\n").filter(Boolean), own].join("\n"));
  return (
    <Form
      sending={sending}
      onSubmit={() => void submit()}
      fields={[FIELD, ...wrong.map(({ field }) => field)]}
      className="flex flex-col gap-4"
      label={t.addresses}
    >
      <TextArea
        label={t.addressesField}
        name={FIELD}
        hint={t.addressesHint}
        dir="ltr"
        rows={4}
        spellCheck={false}
        value={typed}
        onText={setTyped}
      />
      {wrong.length > 0 && (
        <div role="alert" tabIndex={-1} className="text-sm text-bad">
          {wrong.map(({ field, line, message }) => (
            <p key={field}>
              <Ltr>{line}</Ltr>: {message}
            </p>
          ))}
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look={typed === stands ? "plain" : "primary"} busy={sending.busy} off={typed === stands}>
          {t.save}
        </Button>
        {own && !lines.includes(own) && (
          <Button look="quiet" onClick={add}>
            {t.addOwn(own)}
          </Button>
        )}
      </div>
    </Form>
  );
}

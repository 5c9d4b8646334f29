import type { WhatsAppStandingView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Card } from "@/ui/Card";
import { Ltr } from "@/ui/Text";

import { Copyable } from "./Copyable";
import { whatsapp } from "./texts";

/** What Dawr reads of what Meta tells. */
const FIELDS = ["messages", "account_update", "message_template_status_update"];

interface WebhookProps {
  account: WhatsAppStandingView;
  verifyToken: string | undefined;
}

/** The last step, at Meta: where its news shall go. */
export function Webhook({ account, verifyToken }: WebhookProps) {
  const t = useTexts(whatsapp);
  return (
    <Card title={t.webhookTitle} intro={t.webhookText}>
      <Copyable label={t.callback} text={account.callbackUrl} />
      {verifyToken ? (
        <Copyable label={t.verifyToken} text={verifyToken} />
      ) : (
        <div className="text-sm">
          <p className="font-medium">{t.verifyToken}</p>
          <p className="text-muted">{t.tokenGone}</p>
        </div>
      )}
      <div className="text-sm">
        <p>{t.fieldsText}</p>
        <ul className="mt-1 flex flex-wrap gap-2">
          {FIELDS.map((field) => (
            <li key={field} className="rounded-md bg-raised px-2 py-1">
              <Ltr>{field}</Ltr>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

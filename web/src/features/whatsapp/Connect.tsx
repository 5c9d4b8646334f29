import { useState, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { setWhatsapp, type ProviderLanguage, type SetWhatsApp, type WhatsAppStandingView } from "@/api/generated";
import { newKey } from "@/api/key";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { language } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Clashes } from "@/ui/Conflict";
import { DigitsField, LatinField, Select } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { Num } from "@/ui/Num";
import { Ltr } from "@/ui/Text";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";
import { useVersioned, type Read } from "@/ui/versioned";

import { standing } from "./queries";
import { whatsapp } from "./texts";

interface Values {
  phoneNumberId: string;
  noticeName: string;
  noticeLanguage: string;
}

/** What stands, without the credentials: they are never shown, and so never held against what is typed. */
const readOf = (account: WhatsAppStandingView | null): Read<Values> => ({
  version: account?.version ?? 0,
  values: {
    phoneNumberId: account?.phoneNumberId ?? "",
    noticeName: account?.noticeTemplate?.name ?? "",
    noticeLanguage: account?.noticeTemplate?.language ?? "ar",
  },
});

const LANGUAGES = ["ar", "ar_AE", "ar_EG", "ar_LB", "ar_MA", "ar_QA", "en", "en_US", "en_GB", "fr", "ur", "hi", "bn", "fil", "id"];
const PERMISSIONS = ["whatsapp_business_messaging", "whatsapp_business_management"];

interface ConnectProps {
  account: WhatsAppStandingView | null;
  onSaved: (verifyToken: string) => void;
  onCancel: (() => void) | undefined;
}

/** Step by step through Meta's pages, each with what is entered here. */
export function Connect({ account, onSaved, onCancel }: ConnectProps) {
  const t = useTexts(whatsapp);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const form = useVersioned<Values>(readOf(account), async () => readOf(await standing()));
  const [secrets, setSecrets] = useState({ businessAccountId: "", accessToken: "", appSecret: "", verifyToken: newKey() });
  const { typed, set } = form;
  const secret = (change: Partial<typeof secrets>) => setSecrets((before) => ({ ...before, ...change }));
  const submit = () =>
    sending.submit(async () => {
      const done = await form.save(async (_, { phoneNumberId, noticeName, noticeLanguage }, version) => {
        const { businessAccountId, ...credentials } = secrets;
        const named = noticeName.trim();
        const body: SetWhatsApp = {
          phoneNumberId,
          ...credentials,
          ...(businessAccountId && { businessAccountId }),
          ...(named && { noticeTemplate: { name: named, language: noticeLanguage as ProviderLanguage } }),
        };
        await call(setWhatsapp, { body, ...(version > 0 && { version }) });
        const saved = await standing();
        client.setQueryData(keys.whatsapp, saved);
        return readOf(saved);
      });
      if (!done) return;
      toast({ text: t.saved });
      onSaved(secrets.verifyToken);
    });
  const labels: Record<keyof Values, string> = { phoneNumberId: t.phoneNumberId, noticeName: t.noticeName, noticeLanguage: t.noticeLanguage };
  if (form.clashes.length > 0) return <Clashes form={form} labels={labels} words={(name, of) => of[name]} busy={sending.busy} onSave={() => void submit()} />;
  const hidden = { type: "password", autoComplete: "new-password" } as const;
  const fields = ["phoneNumberId", "businessAccountId", "accessToken", "appSecret", "verifyToken", "noticeTemplate.name", "noticeTemplate.language"];
  const languages = [...new Set([...LANGUAGES, typed.noticeLanguage])].map((value) => ({ value, label: `${language(value)} (${value})` }));
  return (
    <Form sending={sending} onSubmit={() => void submit()} fields={fields} className="flex flex-col gap-4" label={t.steps}>
      <ol aria-label={t.steps} className="flex flex-col gap-3">
        <Step n={1} title={t.appTitle} text={t.appText} />
        <Step n={2} title={t.numberTitle} text={t.numberText}>
          <DigitsField label={t.phoneNumberId} name="phoneNumberId" value={typed.phoneNumberId} autoFocus={onCancel !== undefined} autoComplete="off" onText={(phoneNumberId) => set({ phoneNumberId })} />
          <DigitsField
            label={t.businessAccountId}
            name="businessAccountId"
            optional={optional}
            hint={t.businessHint}
            value={secrets.businessAccountId}
            autoComplete="off"
            onText={(businessAccountId) => secret({ businessAccountId })}
          />
        </Step>
        <Step n={3} title={t.tokenTitle} text={t.tokenText}>
          <ul className="flex flex-wrap gap-2 text-sm">
            {PERMISSIONS.map((one) => (
              <li key={one} className="rounded-md bg-raised px-2 py-1">
                <Ltr>{one}</Ltr>
              </li>
            ))}
          </ul>
          <LatinField label={t.accessToken} name="accessToken" value={secrets.accessToken} onText={(accessToken) => secret({ accessToken })} {...hidden} />
        </Step>
        <Step n={4} title={t.secretTitle} text={t.secretText}>
          <LatinField label={t.appSecret} name="appSecret" value={secrets.appSecret} onText={(appSecret) => secret({ appSecret })} {...hidden} />
        </Step>
        <Step n={5} title={t.verifyTitle} text={t.verifyText}>
          <LatinField label={t.verifyToken} name="verifyToken" value={secrets.verifyToken} onText={(verifyToken) => secret({ verifyToken })} autoComplete="off" />
        </Step>
        <Step n={6} title={t.noticeTitle} text={t.noticeText}>
          <LatinField label={t.noticeName} name="noticeTemplate.name" optional={optional} value={typed.noticeName} onText={(noticeName) => set({ noticeName })} autoComplete="off" />
          <Select
            label={t.noticeLanguage}
            name="noticeTemplate.language"
            value={typed.noticeLanguage}
            options={languages}
            onText={(noticeLanguage) => set({ noticeLanguage })}
          />
        </Step>
        <Step n={7} title={t.webhookTitle} text={t.webhookAfter} />
      </ol>
      <p className="text-sm text-muted">{t.saveHint}</p>
      <div className="flex flex-wrap justify-end gap-2">
        {onCancel && (
          <Button look="quiet" onClick={onCancel}>
            {t.cancel}
          </Button>
        )}
        <Button type="submit" look="primary" busy={sending.busy}>
          {t.save}
        </Button>
      </div>
    </Form>
  );
}

function Step({ n, title, text, children }: { n: number; title: string; text: string; children?: ReactNode }) {
  const t = useTexts(whatsapp);
  return (
    <li className="flex gap-4 rounded-xl border border-hairline bg-surface p-4">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-full bg-brand-soft font-semibold text-brand-ink">
        <span className="sr-only">{t.step(n)}</span>
        <span aria-hidden>
          <Num of={n} />
        </span>
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div>
          <h2 className="font-semibold">{title}</h2>
          <p className="text-sm text-muted">{text}</p>
        </div>
        {children}
      </div>
    </li>
  );
}

import { lazy, Suspense, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { meQuery, useMe } from "@/app/me";
import { call } from "@/api/client";
import { faultOf } from "@/api/failure";
import { updateMe, type ProfileView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { date } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Clashes } from "@/ui/Conflict";
import { Field, PhoneField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { Bdi, Ltr, Phone } from "@/ui/Text";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";
import { useVersioned, type Read } from "@/ui/versioned";

import { isAboutProof } from "./proof";
import { account } from "./texts";

const ProofDialog = lazy(() => import("./ProofDialog"));

interface Values {
  fullName: string;
  phone: string;
  email: string;
}

const FIELDS = ["fullName", "phone", "email"];

const readOf = ({ fullName, phone, email, version }: ProfileView): Read<Values> => ({
  version,
  values: { fullName, phone: phone ?? "", email: email ?? "" },
});

/** Who one is to the others here, and where codes are sent. Another phone is said with the password. */
export function Profile() {
  const t = useTexts(account);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const me = useMe();
  const sending = useSending();
  const form = useVersioned<Values>(readOf(me), async () => readOf(await client.fetchQuery({ ...meQuery, staleTime: 0 })), "profile");
  const [asking, setAsking] = useState(false);
  const { typed, set } = form;

  const save = async (currentPassword?: string) => {
    const done = await form.save(async (_, { fullName, phone, email }, version) => {
      const body = { fullName, phone: phone.trim() || null, email: email.trim() || null };
      const view = await call(updateMe, { body: { ...body, ...(currentPassword !== undefined && { currentPassword }) }, version });
      client.setQueryData(meQuery.queryKey, view);
      return readOf(view);
    });
    if (done) toast({ text: t.profileSaved });
  };
  const submit = () =>
    sending.submit(async () => {
      try {
        await save();
      } catch (error) {
        if (faultOf(updateMe, error, "Required")?.field !== "currentPassword") throw error;
        setAsking(true);
      }
    });
  const labels: Record<keyof Values, string> = { fullName: t.fullName, phone: t.phone, email: t.email };
  const words = (name: keyof Values, of: Values) =>
    of[name] && (name === "phone" ? <Phone of={of.phone} /> : name === "email" ? <Ltr>{of.email}</Ltr> : <Bdi>{of.fullName}</Bdi>);
  return (
    <Card title={t.profile} intro={t.profileIntro}>
      {form.clashes.length > 0 ? (
        <Clashes form={form} labels={labels} words={words} busy={sending.busy} onSave={() => void submit()} />
      ) : (
        <Form sending={sending} onSubmit={() => void submit()} fields={FIELDS} className="flex flex-col gap-4" label={t.profile}>
          <Field label={t.fullName} name="fullName" value={typed.fullName} autoComplete="name" onText={(fullName) => set({ fullName })} />
          <PhoneField
            label={t.phone}
            name="phone"
            optional={optional}
            hint={t.phoneHint}
            value={typed.phone}
            onText={(phone) => set({ phone })}
          />
          <Field
            label={t.email}
            name="email"
            type="email"
            optional={optional}
            hint={t.emailHint}
            dir="ltr"
            autoComplete="email"
            value={typed.email}
            onText={(email) => set({ email })}
          />
          <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
            <Fact label={t.username} value={<Ltr>{me.username ?? "—"}</Ltr>} />
            <Fact label={t.since} value={date(me.createdAt)} />
          </dl>
          <Button type="submit" look="primary" busy={sending.busy} className="self-start">
            {t.save}
          </Button>
        </Form>
      )}
      {asking && (
        <Suspense>
          <ProofDialog
            title={t.phoneProofTitle}
            action={t.save}
            name="currentPassword"
            onClose={() => setAsking(false)}
            onProof={async ({ password }) => {
              try {
                await save(password);
              } catch (error) {
                if (isAboutProof(error)) throw error;
                // It is about the form below, which says it.
                void sending.submit(() => Promise.reject(error as Error));
              }
              setAsking(false);
            }}
          >
            {t.phoneProof}
          </ProofDialog>
        </Suspense>
      )}
    </Card>
  );
}

function Fact({ label, value }: { label: string; value: React.ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-2">
      <dt className="text-muted">{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

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
import { Field, PhoneField } from "@/ui/Field";
import { Form, useDraft, useSending } from "@/ui/form";
import { Bdi, Ltr, Phone } from "@/ui/Text";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

import { isAboutProof } from "./proof";
import { account } from "./texts";

const ProofDialog = lazy(() => import("./ProofDialog"));

interface Typed {
  fullName: string;
  phone: string;
  email: string;
}

const FIELDS = ["fullName", "phone", "email"];

/** Who one is to the others here, and where codes are sent. Another phone is said with the password. */
export function Profile() {
  const t = useTexts(account);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const me = useMe();
  const sending = useSending();
  const draft = useDraft<Typed>("profile", { fullName: me.fullName, phone: me.phone ?? "", email: me.email ?? "" });
  // What was read when typing began: saving goes by it, unless somebody has chosen since.
  const [version, setVersion] = useState(me.version);
  const [asking, setAsking] = useState(false);
  const [stale, setStale] = useState(false);
  const [typed, set] = [draft.typed, draft.set];

  const send = async (currentPassword?: string) => {
    const body = { ...typed, phone: typed.phone.trim() || null, email: typed.email.trim() || null };
    const view = await call(updateMe, { body: { ...body, ...(currentPassword !== undefined && { currentPassword }) }, version });
    draft.drop();
    setVersion(view.version);
    client.setQueryData(meQuery.queryKey, view);
    toast({ text: t.profileSaved });
  };
  const submit = () =>
    sending.submit(async () => {
      try {
        await send();
      } catch (error) {
        const needed = faultOf(updateMe, error, "Required");
        if (needed?.field === "currentPassword") {
          setAsking(true);
          return;
        }
        if (!faultOf(updateMe, error, "StaleVersion")) throw error;
        await client.refetchQueries({ queryKey: meQuery.queryKey });
        setStale(true);
      }
    });
  const keep = () => {
    setVersion(me.version);
    setStale(false);
  };
  return (
    <Card title={t.profile} intro={t.profileIntro}>
      <Form sending={sending} onSubmit={() => void submit()} fields={FIELDS} className="flex flex-col gap-4" label={t.profile}>
        {stale && <Stands me={me} onMine={keep} />}
        <Field label={t.fullName} name="fullName" defaultValue={typed.fullName} autoComplete="name" onText={(fullName) => set({ fullName })} />
        <PhoneField
          label={t.phone}
          name="phone"
          optional={optional}
          hint={t.phoneHint}
          defaultValue={typed.phone}
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
          defaultValue={typed.email}
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
      {asking && (
        <Suspense>
          <ProofDialog
            title={t.phoneProofTitle}
            action={t.save}
            name="currentPassword"
            onClose={() => setAsking(false)}
            onProof={async ({ password }) => {
              try {
                await send(password);
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

/** What stands now, beside what was typed: somebody saved it meanwhile, perhaps in another tab. */
function Stands({ me, onMine }: { me: ProfileView; onMine: () => void }) {
  const t = useTexts(account);
  return (
    <div role="alert" tabIndex={-1} className="flex flex-col gap-2 rounded-md border border-warn bg-warn-soft p-3 text-sm">
      <p className="font-medium text-warn">{t.standsNow}</p>
      <p className="flex flex-wrap gap-x-3">
        <Bdi>{me.fullName}</Bdi>
        {me.phone && <Phone of={me.phone} />}
        {me.email && <Ltr>{me.email}</Ltr>}
      </p>
      <Button size="sm" className="self-start" onClick={onMine}>
        {t.keepMine}
      </Button>
    </div>
  );
}

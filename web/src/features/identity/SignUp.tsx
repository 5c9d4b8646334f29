import { useState } from "react";

import { signUp, type CustomerKind, type SessionView, type SignUp as Body } from "@/api/generated";
import { send } from "@/api/http";
import { preferences } from "@/i18n/preferences";
import { useTexts } from "@/i18n/texts";
import { country, deviceZone } from "@/lib/format";
import { rememberSignIn } from "@/session/session";
import { Button } from "@/ui/Button";
import { Field, LatinField, Select } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";

import { PasswordField } from "./PasswordField";
import { REGIONS, regionOf } from "@/lib/regions";
import { identity } from "./texts";

const KINDS: CustomerKind[] = ["solo_doctor", "clinic", "multi_clinic", "hospital", "multi_branch"];

/** Founds a clinic. */
export default function SignUp({ onEntered }: { onEntered: (view: SessionView) => void }) {
  const t = useTexts(identity);
  const sending = useSending();
  const [body, setBody] = useState<Body>(() => {
    const region = regionOf(deviceZone());
    return { clinicName: "", slug: "", fullName: "", username: "", password: "", kind: "clinic", region: region.code };
  });
  const set = (change: Partial<Body>) => setBody((before) => ({ ...before, ...change }));
  const submit = () =>
    sending.submit(async () => {
      const region = REGIONS.find((one) => one.code === body.region);
      const asked: Body = { ...body, locale: preferences().language, timezone: region?.zone ?? null };
      const view = (await send({ method: signUp.method, url: signUp.path, body: asked })) as SessionView;
      rememberSignIn({ clinic: view.tenant.slug, username: body.username });
      onEntered(view);
    });
  const fields = ["clinicName", "slug", "fullName", "username", "password", "kind", "region"];
  return (
    <Form sending={sending} onSubmit={() => void submit()} fields={fields} className="flex flex-col gap-4" label={t.signUpTitle}>
      <div>
        <h1 className="text-xl font-semibold">{t.signUpTitle}</h1>
        <p className="text-sm text-muted">{t.signUpIntro}</p>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t.clinicName} name="clinicName" autoComplete="organization" onText={(clinicName) => set({ clinicName })} />
        <LatinField label={t.slug} name="slug" hint={t.slugHint} onText={(slug) => set({ slug: slug.trim() })} />
        <Select
          label={t.kind}
          name="kind"
          defaultValue="clinic"
          options={KINDS.map((value) => ({ value, label: t.kinds[value] }))}
          onText={(kind) => set({ kind: kind as CustomerKind })}
        />
        <Select
          label={t.region}
          name="region"
          defaultValue={body.region ?? "SA"}
          options={REGIONS.map(({ code }) => ({ value: code, label: country(code) }))}
          onText={(region) => set({ region })}
        />
        <Field label={t.fullName} name="fullName" autoComplete="name" onText={(fullName) => set({ fullName })} />
        <LatinField
          label={t.username}
          name="username"
          hint={t.usernameHint}
          autoComplete="username"
          onText={(username) => set({ username: username.trim() })}
        />
      </div>
      <PasswordField
        label={t.password}
        name="password"
        hint={t.passwordHint}
        autoComplete="new-password"
        onFocus={() => void import("@/app/App")}
        onText={(password) => set({ password })}
      />
      <Button type="submit" look="primary" busy={sending.busy}>
        {t.create}
      </Button>
    </Form>
  );
}

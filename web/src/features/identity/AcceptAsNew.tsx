import { useState } from "react";

import { acceptInvite, logIn, type JoinedView, type OfferView, type SessionView } from "@/api/generated";
import { send } from "@/api/http";
import { useTexts } from "@/i18n/texts";
import { rememberSignIn, session } from "@/session/session";
import { Button } from "@/ui/Button";
import { Field, LatinField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";

import { goTo } from "./doors";
import { PasswordField } from "./PasswordField";
import { identity } from "./texts";

interface AcceptProps {
  offer: OfferView;
  token: string;
  onEntered: () => void;
}

/** Accepts an invitation with an account that is made now, and signs in with it. */
export function AcceptAsNew({ offer, token, onEntered }: AcceptProps) {
  const t = useTexts(identity);
  const sending = useSending();
  const [typed, setTyped] = useState({ fullName: offer.fullName ?? "", username: "", password: "" });
  const set = (change: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...change }));
  const accept = () =>
    sending.submit(async () => {
      const body = { ...typed, fullName: typed.fullName || null, token };
      const joined = (await send({ method: acceptInvite.method, url: acceptInvite.path, body })) as JoinedView;
      const clinic = joined.tenant.slug;
      rememberSignIn({ clinic, username: joined.username });
      const view = await enter(clinic, joined.username, typed.password);
      // From here on the invitation is used: what is in the way is the sign-in's.
      if (!view) {
        goTo("/sign-in", "joined");
        return;
      }
      session.enter(view);
      onEntered();
    });
  return (
    <Form
      sending={sending}
      onSubmit={() => void accept()}
      fields={["fullName", "username", "password"]}
      className="flex flex-col gap-4"
      label={t.newAccount}
    >
      <Field
        label={t.fullName}
        name="fullName"
        defaultValue={typed.fullName}
        autoComplete="name"
        onText={(fullName) => set({ fullName: fullName.trim() })}
      />
      <LatinField
        label={t.username}
        name="username"
        hint={t.usernameHint}
        autoComplete="username"
        onText={(username) => set({ username: username.trim() })}
      />
      <PasswordField
        label={t.password}
        name="password"
        hint={t.passwordHint}
        autoComplete="new-password"
        onFocus={() => void import("@/app/App")}
        onText={(password) => set({ password })}
      />
      <Button type="submit" look="primary" busy={sending.busy}>
        {t.acceptInvitation}
      </Button>
    </Form>
  );
}

async function enter(clinic: string, username: string, password: string): Promise<SessionView | undefined> {
  try {
    return (await send({ method: logIn.method, url: logIn.path, body: { clinic, username, password } })) as SessionView;
  } catch {
    return undefined;
  }
}

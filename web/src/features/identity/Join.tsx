import { useState } from "react";

import { call } from "@/api/client";
import { faultOf } from "@/api/failure";
import { join, type OfferView, type SessionView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { session, signOut } from "@/session/session";
import { useSession } from "@/session/useSession";
import { Button } from "@/ui/Button";
import { LatinField } from "@/ui/Field";
import { Form, useSending, type Sending } from "@/ui/form";
import { Bdi } from "@/ui/Text";

import { SwitchCode } from "./CodeForm";
import { PasswordField } from "./PasswordField";
import { SignIn } from "./SignIn";
import { identity } from "./texts";
import { useSwitch } from "./useSwitch";

interface JoinProps {
  offer: OfferView;
  token: string;
  onEntered: () => void;
}

/** Accepts an invitation with an account of another organisation: the same password, one place more. */
export function Join({ offer, token, onEntered }: JoinProps) {
  const t = useTexts(identity);
  const state = useSession();
  const sending = useSending();
  const [password, setPassword] = useState("");
  const [username, setUsername] = useState("");
  const [isTaken, setTaken] = useState(false);
  const switching = useSwitch((view) => {
    session.enter(view);
    onEntered();
  });
  const accept = (shown: string) =>
    sending.submit(async () => {
      try {
        const body = { token, password: shown, ...(username && { username }) };
        await call(join, { body });
      } catch (error) {
        if (faultOf(join, error, "UsernameTaken")) setTaken(true);
        // Whoever belongs there already is shown in.
        if (!faultOf(join, error, "AlreadyMember")) throw error;
      }
      await switching.go({ tenantId: offer.tenant.id });
    });
  if (switching.asked !== undefined) return <SwitchCode of={switching} />;
  if (state.is !== "in") {
    const enter = (view: SessionView, entry: { password: string }) => {
      session.enter(view);
      setPassword(entry.password);
      void accept(entry.password);
    };
    return (
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">{t.joinHint}</p>
        <SignIn title={t.signInFirst} onEntered={enter} />
      </div>
    );
  }
  const failed = switching.sending.error === undefined ? sending : switching.sending;
  const shown: Sending = { ...failed, busy: sending.busy || switching.sending.busy };
  return (
    <Form
      sending={shown}
      onSubmit={() => {
        switching.back();
        void accept(password);
      }}
      fields={["password", ...(isTaken ? ["username"] : [])]}
      className="flex flex-col gap-4"
      label={t.ownAccount}
    >
      <p>
        {t.signedInAs} <Bdi className="font-medium">{state.view.user.fullName}</Bdi>
        {" · "}
        <Bdi>{state.view.tenant.name}</Bdi>
      </p>
      <PasswordField
        label={t.password}
        name="password"
        hint={t.joinPasswordHint}
        value={password}
        autoComplete="current-password"
        onText={setPassword}
      />
      {isTaken && (
        <LatinField
          label={t.usernameThere}
          name="username"
          hint={t.usernameHint}
          autoComplete="off"
          onText={(text) => setUsername(text.trim())}
        />
      )}
      <Button type="submit" look="primary" busy={shown.busy}>
        {t.acceptInvitation}
      </Button>
      <Button look="quiet" size="sm" onClick={() => void signOut()}>
        {t.notYou}
      </Button>
    </Form>
  );
}

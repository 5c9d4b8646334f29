import { useState } from "react";

import { Failure, faultOf } from "@/api/failure";
import { logIn, type LogIn, type SessionView } from "@/api/generated";
import { send } from "@/api/http";
import { useTexts } from "@/i18n/texts";
import { lastSignIn, rememberSignIn } from "@/session/session";
import { Button } from "@/ui/Button";
import { LatinField } from "@/ui/Field";
import { Form, useSending, type Sending } from "@/ui/form";

import { CodeForm } from "./CodeForm";
import { DoorLink } from "./DoorLink";
import { noted } from "./doors";
import { PasswordField } from "./PasswordField";
import { identity } from "./texts";

const knock = async (body: LogIn) => (await send({ method: logIn.method, url: logIn.path, body })) as SessionView;

/** What was typed by whoever signed in. */
export interface Entry {
  /** The clinic, if it was named: an e-mail address alone may do. */
  clinic: string | null;
  password: string;
}

interface SignInProps {
  onEntered: (view: SessionView, entry: Entry) => void;
  /** Whose session it is that ended: only they go on with it. */
  as?: { clinic: string; username: string };
  /** What it is for, where it is not for itself. */
  title?: string;
}

/** The name and the password, then a code where one is asked for: of the app, or one that was sent to the phone. */
export function SignIn({ onEntered, as, title }: SignInProps) {
  const sending = useSending();
  const [typed, setTyped] = useState<LogIn>(() => {
    const last = as ?? lastSignIn();
    return { clinic: last.clinic, username: last.username, password: "" };
  });
  const [asked, setAsked] = useState<string>();

  const go = (code?: string) =>
    sending.submit(async () => {
      const body: LogIn = { ...typed, clinic: typed.clinic || null, ...(code !== undefined && { code }) };
      try {
        const view = await knock(body);
        rememberSignIn({ clinic: view.tenant.slug, username: typed.username });
        onEntered(view, { clinic: body.clinic ?? null, password: typed.password });
      } catch (error) {
        const needed = faultOf(logIn, error, "SecondFactorNeeded");
        if (needed) setAsked(needed.message);
        else if (error instanceof Failure && error.code === "InvalidCredentials") setAsked(undefined);
        if (!needed) throw error;
      }
    });

  if (asked !== undefined) {
    const back = () => {
      sending.clear();
      setAsked(undefined);
    };
    return <CodeForm why={asked} sending={sending} onCode={(code) => void go(code)} onAgain={() => void go()} onBack={back} />;
  }
  return (
    <Credentials typed={typed} onType={setTyped} sending={sending} onSubmit={() => void go()} fixed={as !== undefined} title={title} />
  );
}

interface CredentialsProps {
  typed: LogIn;
  onType: (typed: LogIn) => void;
  sending: Sending;
  onSubmit: () => void;
  fixed: boolean;
  title: string | undefined;
}

function Credentials({ typed, onType, sending, onSubmit, fixed, title }: CredentialsProps) {
  const t = useTexts(identity);
  const [asksClinic, setAsksClinic] = useState(!typed.clinic);
  const heading = title ?? (!asksClinic && typed.clinic && !fixed ? t.signInTo(typed.clinic) : t.signIn);
  const note = fixed ? undefined : noted();
  return (
    <Form sending={sending} onSubmit={onSubmit} fields={["clinic", "username", "password"]} className="flex flex-col gap-4" label={t.signIn}>
      {note && (
        <p role="status" className="rounded-md bg-ok-soft p-3 text-sm text-ok">
          {t.notes[note]}
        </p>
      )}
      {!fixed && (
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h1 className="text-xl font-semibold">{heading}</h1>
          {!asksClinic && (
            <button type="button" className="min-h-6 text-sm text-brand underline" onClick={() => setAsksClinic(true)}>
              {t.otherClinic}
            </button>
          )}
        </div>
      )}
      {asksClinic && !fixed && (
        <LatinField
          label={t.clinic}
          name="clinic"
          hint={t.clinicHint}
          defaultValue={typed.clinic ?? ""}
          autoComplete="organization"
          onText={(clinic) => onType({ ...typed, clinic: clinic.trim() })}
        />
      )}
      <LatinField
        label={t.username}
        name="username"
        defaultValue={typed.username}
        readOnly={fixed}
        autoComplete="username"
        onText={(username) => onType({ ...typed, username: username.trim() })}
      />
      <PasswordField
        label={t.password}
        name="password"
        autoComplete="current-password"
        // The app comes along while the password is typed.
        onFocus={() => void import("@/app/App")}
        onText={(password) => onType({ ...typed, password })}
      />
      <Button type="submit" look="primary" busy={sending.busy}>
        {t.enter}
      </Button>
      {!fixed && (
        <p className="text-center text-sm">
          <DoorLink to="/reset">{t.forgot}</DoorLink>
        </p>
      )}
    </Form>
  );
}

import { useState } from "react";
import { ArrowLeft } from "lucide-react";

import { faultOf } from "@/api/failure";
import { forgotPassword, resetPassword, type ForgotPassword, type ForgottenView } from "@/api/generated";
import { send } from "@/api/http";
import { useTexts } from "@/i18n/texts";
import { lastSignIn, rememberSignIn } from "@/session/session";
import { Button } from "@/ui/Button";
import { DigitsField, LatinField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";

import { CodeField } from "./CodeField";
import { goTo } from "./doors";
import { PasswordField } from "./PasswordField";
import { identity } from "./texts";

/** A new password by a code that comes to the phone: first whose, then the code. */
export default function Reset() {
  const [whose, setWhose] = useState<ForgotPassword>(() => {
    const { clinic, username } = lastSignIn();
    return { clinic, username };
  });
  const [minutes, setMinutes] = useState<number>();
  if (minutes === undefined) return <Ask whose={whose} onType={setWhose} onAsked={setMinutes} />;
  return <Answer whose={named(whose)} minutes={minutes} onBack={() => setMinutes(undefined)} />;
}

const named = ({ clinic, username }: ForgotPassword): ForgotPassword => ({ clinic: clinic || null, username });

interface AskProps {
  whose: ForgotPassword;
  onType: (whose: ForgotPassword) => void;
  onAsked: (minutes: number) => void;
}

function Ask({ whose, onType, onAsked }: AskProps) {
  const t = useTexts(identity);
  const sending = useSending();
  const ask = () =>
    sending.submit(async () => {
      const { method, path } = forgotPassword;
      const { codeMinutes } = (await send({ method, url: path, body: named(whose) })) as ForgottenView;
      onAsked(codeMinutes);
    });
  return (
    <Form sending={sending} onSubmit={() => void ask()} fields={["clinic", "username"]} className="flex flex-col gap-4" label={t.resetTitle}>
      <div>
        <h1 className="text-xl font-semibold">{t.resetTitle}</h1>
        <p className="text-sm text-muted">{t.resetIntro}</p>
      </div>
      <LatinField
        label={t.clinic}
        name="clinic"
        hint={t.clinicHint}
        defaultValue={whose.clinic ?? ""}
        autoComplete="organization"
        onText={(clinic) => onType({ ...whose, clinic: clinic.trim() })}
      />
      <LatinField
        label={t.username}
        name="username"
        defaultValue={whose.username}
        autoComplete="username"
        onText={(username) => onType({ ...whose, username: username.trim() })}
      />
      <Button type="submit" look="primary" busy={sending.busy}>
        {t.sendCode}
      </Button>
    </Form>
  );
}

interface AnswerProps {
  whose: ForgotPassword;
  minutes: number;
  onBack: () => void;
}

/** The same is said whether there is such an account or not. */
function Answer({ whose, minutes, onBack }: AnswerProps) {
  const t = useTexts(identity);
  const sending = useSending();
  const again = useSending();
  const [typed, setTyped] = useState({ code: "", newPassword: "", factorCode: "" });
  const set = (change: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...change }));
  const [asksFactor, setAsksFactor] = useState(false);
  const answer = () =>
    sending.submit(async () => {
      const { code, newPassword, factorCode } = typed;
      const body = { ...whose, code, newPassword, ...(factorCode && { factorCode }) };
      try {
        await send({ method: resetPassword.method, url: resetPassword.path, body });
      } catch (error) {
        if (faultOf(resetPassword, error, "SecondFactorNeeded")) setAsksFactor(true);
        throw error;
      }
      rememberSignIn({ clinic: whose.clinic ?? "", username: whose.username });
      goTo("/sign-in", "changed");
    });
  const resend = () =>
    again.submit(async () => {
      await send({ method: forgotPassword.method, url: forgotPassword.path, body: whose });
    });
  const fields = ["code", "newPassword", ...(asksFactor ? ["factorCode"] : [])];
  return (
    <Form
      sending={again.error === undefined ? sending : again}
      onSubmit={() => {
        again.clear();
        void answer();
      }}
      fields={fields}
      className="flex flex-col gap-4"
      label={t.resetTitle}
    >
      <div>
        <h1 className="text-xl font-semibold">{t.resetTitle}</h1>
        <p role="status" className="text-sm">
          {t.codeOnItsWay(whose.username, minutes)}
        </p>
      </div>
      <DigitsField
        label={t.code}
        name="code"
        hint={t.resetCodeHint}
        autoComplete="one-time-code"
        autoFocus
        onText={(code) => set({ code: code.trim() })}
      />
      <PasswordField
        label={t.newPassword}
        name="newPassword"
        hint={t.passwordHint}
        autoComplete="new-password"
        onText={(newPassword) => set({ newPassword })}
      />
      {asksFactor && (
        <CodeField
          label={t.factorCode}
          name="factorCode"
          hint={t.factorCodeHint}
          autoComplete="off"
          onText={(factorCode) => set({ factorCode })}
        />
      )}
      <Button type="submit" look="primary" busy={sending.busy}>
        {t.setPassword}
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button look="quiet" size="sm" icon={ArrowLeft} mirror onClick={onBack}>
          {t.back}
        </Button>
        <Button look="quiet" size="sm" busy={again.busy} onClick={() => void resend()}>
          {t.newCode}
        </Button>
      </div>
    </Form>
  );
}

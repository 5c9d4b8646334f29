import { useState } from "react";
import { Smartphone } from "lucide-react";

import { call } from "@/api/client";
import { confirmSecondFactor, setUpSecondFactor, type ConfirmedFactorView, type StagedFactorView } from "@/api/generated";
import { PasswordField } from "@/features/identity/PasswordField";
import { useTexts } from "@/i18n/texts";
import { Button, buttonClass } from "@/ui/Button";
import { DigitsField } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Ltr } from "@/ui/Text";

import { CopyButton } from "./CopyButton";
import { RecoveryCodes } from "./RecoveryCodes";
import { account } from "./texts";

interface SetUpFactorProps {
  /** It is on by now, and the codes are shown this once. */
  onCodes?: () => void;
  onDone: (confirmed: ConfirmedFactorView) => void;
}

/** The password, the picture for the app, a code of it to see that it works, and the recovery codes. */
export function SetUpFactor({ onCodes, onDone }: SetUpFactorProps) {
  const [staged, setStaged] = useState<StagedFactorView>();
  const [confirmed, setConfirmed] = useState<ConfirmedFactorView>();
  if (confirmed) return <RecoveryCodes codes={confirmed.recoveryCodes} onDone={() => onDone(confirmed)} />;
  const confirm = (view: ConfirmedFactorView) => {
    setConfirmed(view);
    onCodes?.();
  };
  if (staged) return <Confirm staged={staged} onConfirmed={confirm} />;
  return <Begin onStaged={setStaged} />;
}

function Begin({ onStaged }: { onStaged: (staged: StagedFactorView) => void }) {
  const t = useTexts(account);
  const sending = useSending();
  const [password, setPassword] = useState("");
  const submit = () => sending.submit(async () => onStaged(await call(setUpSecondFactor, { body: { password } })));
  return (
    <Form sending={sending} onSubmit={() => void submit()} fields={["password"]} className="flex flex-col gap-4" label={t.setUp}>
      <p className="text-sm text-muted">{t.setUpIntro}</p>
      <PasswordField label={t.currentPassword} name="password" autoComplete="current-password" autoFocus onText={setPassword} />
      <Button type="submit" look="primary" busy={sending.busy} className="self-start">
        {t.goOn}
      </Button>
    </Form>
  );
}

function Confirm({ staged, onConfirmed }: { staged: StagedFactorView; onConfirmed: (confirmed: ConfirmedFactorView) => void }) {
  const t = useTexts(account);
  const sending = useSending();
  const [code, setCode] = useState("");
  const submit = () => sending.submit(async () => onConfirmed(await call(confirmSecondFactor, { body: { code: code.trim() } })));
  return (
    <Form sending={sending} onSubmit={() => void submit()} fields={["code"]} className="flex flex-col gap-4" label={t.setUp}>
      <ol className="flex list-inside list-decimal flex-col gap-4 marker:font-semibold marker:text-muted">
        <li>
          <span className="font-medium">{t.scan}</span>
          <p className="text-sm text-muted">{t.scanHint}</p>
          <div className="mt-3 flex flex-wrap items-center gap-4">
            {/* Black on white in the dark as well: a camera reads nothing else. */}
            <img src={picture(staged.qr)} alt={t.qr} width={176} height={176} className="rounded-lg border border-hairline bg-[#fff] p-2" />
            <div className="flex min-w-48 flex-1 flex-col items-start gap-2">
              <p className="text-sm text-muted">{t.typeSecret}</p>
              <p className="font-medium">
                <Ltr>{grouped(staged.secret)}</Ltr>
              </p>
              <CopyButton text={staged.secret} label={t.copySecret} />
              <a href={staged.otpauthUri} className={buttonClass("quiet", "sm")}>
                <Icon of={Smartphone} className="size-4" />
                {t.openApp}
              </a>
            </div>
          </div>
        </li>
        <li>
          <span className="font-medium">{t.typeCode}</span>
          <DigitsField label={t.code} name="code" className="mt-2" autoComplete="one-time-code" maxLength={8} autoFocus onText={setCode} />
        </li>
      </ol>
      <p className="text-sm text-muted">{t.confirmEnds}</p>
      <Button type="submit" look="primary" busy={sending.busy} className="self-start">
        {t.confirm}
      </Button>
    </Form>
  );
}

/** The API's SVG as a picture: it never becomes part of the page. */
const picture = (svg: string) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/** In fours, as it is read aloud. */
const grouped = (secret: string) => secret.replace(/(.{4})(?=.)/g, "$1 ");

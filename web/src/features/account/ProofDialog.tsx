import { useState, type ReactNode } from "react";

import { CodeField } from "@/features/identity/CodeField";
import { PasswordField } from "@/features/identity/PasswordField";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Form, useSending } from "@/ui/form";
import { common } from "@/ui/texts";

import type { Proof } from "./proof";
import { account } from "./texts";

interface ProofDialogProps {
  title: string;
  /** Why it is asked, and what comes of it. */
  children: ReactNode;
  action: string;
  /** It takes something away. */
  danger?: boolean;
  withCode?: boolean;
  /** What the API calls the password here. */
  name?: "password" | "currentPassword";
  /** Does what was to be done. What is thrown is shown here, and asked for again. */
  onProof: (proof: Proof) => Promise<void>;
  onClose: () => void;
}

/** Asks who it is once more, over what was typed, and goes on with it. */
export default function ProofDialog(props: ProofDialogProps) {
  const { title, children, action, danger, withCode, name = "password", onProof, onClose } = props;
  const t = useTexts(account);
  const { cancel } = useTexts(common);
  const sending = useSending();
  const [proof, setProof] = useState<Proof>({ password: "", code: "" });
  const submit = () => void sending.submit(() => onProof(proof));
  return (
    <Dialog title={title} onClose={onClose}>
      <Form sending={sending} onSubmit={submit} fields={[name, "code"]} className="flex flex-col gap-4" label={title}>
        <div className="text-sm text-muted">{children}</div>
        <PasswordField
          label={t.currentPassword}
          name={name}
          autoComplete="current-password"
          autoFocus
          onText={(password) => setProof((before) => ({ ...before, password }))}
        />
        {withCode && (
          <CodeField
            label={t.codeOrRecovery}
            name="code"
            hint={t.codeOrRecoveryHint}
            autoComplete="one-time-code"
            onText={(code) => setProof((before) => ({ ...before, code }))}
          />
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" look={danger ? "danger" : "primary"} busy={sending.busy}>
            {action}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

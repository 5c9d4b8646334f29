import { useRef, useState } from "react";

import { call } from "@/api/client";
import { changePassword } from "@/api/generated";
import { PasswordField } from "@/features/identity/PasswordField";
import { useTexts } from "@/i18n/texts";
import { session } from "@/session/session";
import { Button } from "@/ui/Button";
import { Form, useSending } from "@/ui/form";

import { account } from "./texts";

/** Another password. All sessions end with it but the one that goes on here. */
export function PasswordForm({ onChanged }: { onChanged: () => void }) {
  const t = useTexts(account);
  const sending = useSending();
  const typed = useRef({ currentPassword: "", newPassword: "" });
  // A form that was sent begins empty again.
  const [turn, setTurn] = useState(0);
  const submit = () =>
    sending.submit(async () => {
      session.enter(await call(changePassword, { body: typed.current }));
      typed.current = { currentPassword: "", newPassword: "" };
      setTurn(turn + 1);
      onChanged();
    });
  return (
    <Form
      key={turn}
      sending={sending}
      onSubmit={() => void submit()}
      fields={["currentPassword", "newPassword"]}
      className="flex flex-col gap-4"
      label={t.changePassword}
    >
      <PasswordField
        label={t.currentPassword}
        name="currentPassword"
        autoComplete="current-password"
        onText={(text) => (typed.current.currentPassword = text)}
      />
      <PasswordField
        label={t.newPassword}
        name="newPassword"
        hint={t.newPasswordHint}
        autoComplete="new-password"
        onText={(text) => (typed.current.newPassword = text)}
      />
      <Button type="submit" look="primary" busy={sending.busy} className="self-start">
        {t.changePassword}
      </Button>
    </Form>
  );
}

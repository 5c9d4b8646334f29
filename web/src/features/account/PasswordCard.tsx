import { useQueryClient } from "@tanstack/react-query";

import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Card } from "@/ui/Card";
import { toast } from "@/ui/Toast";

import { PasswordForm } from "./PasswordForm";
import { account } from "./texts";

export function PasswordCard() {
  const t = useTexts(account);
  const client = useQueryClient();
  return (
    <Card title={t.password} intro={t.passwordIntro}>
      <PasswordForm
        onChanged={() => {
          toast({ text: t.passwordChanged });
          void client.invalidateQueries({ queryKey: keys.sessions });
        }}
      />
    </Card>
  );
}

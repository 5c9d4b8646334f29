import { use } from "react";

import type { Duty as Must } from "@/api/generated";
import { identity } from "@/features/identity/texts";
import { useTexts } from "@/i18n/texts";
import { session, signOut } from "@/session/session";
import { Button } from "@/ui/Button";
import { common } from "@/ui/texts";

import { PasswordForm } from "./PasswordForm";
import { SetUpFactor } from "./SetUpFactor";
import { account } from "./texts";

const texts = Promise.all([account.load(), identity.load()]);

/** What must be done before anything else: a password of one's own, a second factor where the role asks for one. */
export default function Duty({ must }: { must: Must }) {
  use(texts);
  const t = useTexts(account);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-xl flex-col justify-center gap-6 p-5 sm:p-8">
      <header className="flex items-start justify-between gap-4">
        <p className="text-2xl font-bold text-brand">{useTexts(common).product}</p>
        <Button look="quiet" size="sm" onClick={() => void signOut()}>
          {t.signOut}
        </Button>
      </header>
      <section className="flex flex-col gap-4 rounded-xl border border-hairline bg-surface p-5 sm:p-7">
        <div>
          <h1 className="text-xl font-semibold">{must === "changePassword" ? t.dutyPassword : t.dutyFactor}</h1>
          <p className="text-sm text-muted">{must === "changePassword" ? t.dutyPasswordHint : t.dutyFactorHint}</p>
        </div>
        {must === "changePassword" ? (
          <PasswordForm onChanged={() => undefined} />
        ) : (
          <SetUpFactor onDone={(confirmed) => session.enter(confirmed.session)} />
        )}
      </section>
    </main>
  );
}

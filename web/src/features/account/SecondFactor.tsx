import { lazy, Suspense, useState } from "react";
import { ShieldCheck, ShieldOff } from "lucide-react";

import { call } from "@/api/client";
import { removeSecondFactor, renewRecoveryCodes } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { session } from "@/session/session";
import { useSession } from "@/session/useSession";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Badge } from "@/ui/Status";
import { toast } from "@/ui/Toast";

import type { Proof } from "./proof";
import { RecoveryCodes } from "./RecoveryCodes";
import { SetUpFactor } from "./SetUpFactor";
import { account } from "./texts";

const ProofDialog = lazy(() => import("./ProofDialog"));
const Dialog = lazy(() => import("@/ui/Dialog"));

type Opened = { is: "set-up"; firm?: boolean } | { is: "renew" | "remove" } | { is: "codes"; codes: string[] };

/** A code of an app beside the password: set up, recovery codes anew, or not any more. */
export function SecondFactor() {
  const t = useTexts(account);
  const state = useSession();
  const on = (state.is === "in" || state.is === "ended") && state.view.secondFactor;
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const renew = async (proof: Proof) => {
    const { recoveryCodes } = await call(renewRecoveryCodes, { body: proof });
    setOpened({ is: "codes", codes: recoveryCodes });
  };
  const remove = async (proof: Proof) => {
    session.enter(await call(removeSecondFactor, { body: proof }));
    close();
    toast({ text: t.factorRemoved });
  };
  return (
    <Card title={t.factor} intro={t.factorIntro}>
      <p>
        <Badge tone={on ? "ok" : "warn"} icon={on ? ShieldCheck : ShieldOff}>
          {on ? t.factorOn : t.factorOff}
        </Badge>
      </p>
      <div className="flex flex-wrap gap-2">
        {on ? (
          <>
            <Button onClick={() => setOpened({ is: "renew" })}>{t.renewCodes}</Button>
            <Button look="quiet" onClick={() => setOpened({ is: "remove" })}>
              {t.removeFactor}
            </Button>
          </>
        ) : (
          <Button look="primary" icon={ShieldCheck} onClick={() => setOpened({ is: "set-up" })}>
            {t.setUp}
          </Button>
        )}
      </div>
      <Suspense>
        {opened?.is === "set-up" && (
          <Dialog title={t.setUp} onClose={close} wide firm={opened.firm ?? false}>
            <SetUpFactor
              onCodes={() => setOpened({ is: "set-up", firm: true })}
              onDone={(confirmed) => {
                session.enter(confirmed.session);
                close();
                toast({ text: t.factorSetUp });
              }}
            />
          </Dialog>
        )}
        {opened?.is === "codes" && (
          <Dialog title={t.codes} onClose={close} firm>
            <RecoveryCodes codes={opened.codes} onDone={close} />
          </Dialog>
        )}
        {opened?.is === "renew" && (
          <ProofDialog title={t.renewCodes} action={t.renewCodes} withCode onProof={(proof) => renew(proof)} onClose={close}>
            {t.renewHint}
          </ProofDialog>
        )}
        {opened?.is === "remove" && (
          <ProofDialog title={t.removeFactor} action={t.removeFactor} danger withCode onProof={(proof) => remove(proof)} onClose={close}>
            {t.removeHint}
          </ProofDialog>
        )}
      </Suspense>
    </Card>
  );
}

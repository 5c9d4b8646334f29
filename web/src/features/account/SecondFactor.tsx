import { lazy, Suspense, useState } from "react";
import { ShieldCheck, ShieldOff } from "lucide-react";

import { useMe } from "@/app/me";
import { call } from "@/api/client";
import { removeSecondFactor, renewRecoveryCodes } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { session } from "@/session/session";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Badge } from "@/ui/Status";
import { toast } from "@/ui/Toast";

import { knownFactor, learnFactor, learntFrom, type Known } from "./factor";
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
  const me = useMe();
  const [known, setKnown] = useState(() => knownFactor(me.id));
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const learn = (what: Known | undefined) => {
    if (!what) return;
    setKnown(what);
    learnFactor(me.id, what);
  };
  const listening = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      learn(learntFrom(error));
      throw error;
    }
  };
  const renew = async (proof: Proof) => {
    const { recoveryCodes } = await call(renewRecoveryCodes, { body: proof });
    learn("on");
    setOpened({ is: "codes", codes: recoveryCodes });
  };
  const remove = async (proof: Proof) => {
    session.enter(await call(removeSecondFactor, { body: proof }));
    learn("off");
    close();
    toast({ text: t.factorRemoved });
  };
  return (
    <Card title={t.factor} intro={t.factorIntro}>
      <State known={known} />
      <div className="flex flex-wrap gap-2">
        {known !== "on" && (
          <Button look={known === "off" ? "primary" : "plain"} icon={ShieldCheck} onClick={() => setOpened({ is: "set-up" })}>
            {t.setUp}
          </Button>
        )}
        {known !== "off" && (
          <>
            <Button onClick={() => setOpened({ is: "renew" })}>{t.renewCodes}</Button>
            <Button look="quiet" onClick={() => setOpened({ is: "remove" })}>
              {t.removeFactor}
            </Button>
          </>
        )}
      </div>
      <Suspense>
        {opened?.is === "set-up" && (
          <Dialog title={t.setUp} onClose={close} wide firm={opened.firm ?? false}>
            <SetUpFactor
              onError={(error) => learn(learntFrom(error))}
              onCodes={() => setOpened({ is: "set-up", firm: true })}
              onDone={(confirmed) => {
                session.enter(confirmed.session);
                learn("on");
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
          <ProofDialog title={t.renewCodes} action={t.renewCodes} withCode onProof={(proof) => listening(renew(proof))} onClose={close}>
            {t.renewHint}
          </ProofDialog>
        )}
        {opened?.is === "remove" && (
          <ProofDialog title={t.removeFactor} action={t.removeFactor} danger withCode onProof={(proof) => listening(remove(proof))} onClose={close}>
            {t.removeHint}
          </ProofDialog>
        )}
      </Suspense>
    </Card>
  );
}

function State({ known }: { known: Known }) {
  const t = useTexts(account);
  if (known === "unknown") return null;
  return (
    <p>
      <Badge tone={known === "on" ? "ok" : "warn"} icon={known === "on" ? ShieldCheck : ShieldOff}>
        {known === "on" ? t.factorOn : t.factorOff}
      </Badge>
    </p>
  );
}

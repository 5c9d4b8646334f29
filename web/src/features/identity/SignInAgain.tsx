import { useEffect, useState } from "react";

import type { SessionView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { lastSignIn, session } from "@/session/session";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";

import { SignIn } from "./SignIn";
import { identity } from "./texts";

/** Over the page whose session has ended: whoever it was signs in again, and what they typed stays as it is. */
export default function SignInAgain({ view }: { view: SessionView }) {
  const [ready, setReady] = useState(identity.loaded);
  useEffect(() => {
    void identity.load().then(() => setReady(true));
  }, []);
  return ready ? <Again view={view} /> : null;
}

function Again({ view }: { view: SessionView }) {
  const t = useTexts(identity);
  const leave = () => session.leave();
  const as = { clinic: view.tenant.slug, username: view.user.username };
  const enter = (next: SessionView) => {
    session.enter(next);
    // Another person's page is not for whoever this is.
    if (next.user.id !== view.user.id) location.assign("/");
  };
  return (
    <Dialog title={t.again} onClose={leave} firm>
      <div className="flex flex-col gap-4">
        <p>{t.againHint}</p>
        <SignIn as={as.username ? as : lastSignIn()} onEntered={enter} />
        <Button look="quiet" size="sm" onClick={leave}>
          {t.notYou}
        </Button>
      </div>
    </Dialog>
  );
}

import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Languages } from "lucide-react";

import type { SessionView } from "@/api/generated";
import { prefer, preferences } from "@/i18n/preferences";
import { useTexts } from "@/i18n/texts";
import { session } from "@/session/session";
import { useSession } from "@/session/useSession";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Skeleton } from "@/ui/Empty";
import { common } from "@/ui/texts";

import { DoorLink } from "./DoorLink";
import { isForAll } from "./doors";
import { OneMachine } from "./OneMachine";
import { SignIn, type Entry } from "./SignIn";
import { identity } from "./texts";

const SignUp = lazy(() => import("./SignUp"));
const Reset = lazy(() => import("./Reset"));
const Invitation = lazy(() => import("./Invitation"));
const ChooseTenant = lazy(() => import("./ChooseTenant"));

export async function prepare(): Promise<void> {
  await identity.load();
}

const moved = (listener: () => void) => {
  window.addEventListener("popstate", listener);
  return () => window.removeEventListener("popstate", listener);
};

/** What stands before the app: signing in, signing up and the like, without the rest of it. */
export function Door({ onEntered }: { onEntered: () => void }) {
  const t = useTexts(identity);
  const state = useSession();
  const path = useSyncExternalStore(moved, () => location.pathname);
  const isIn = state.is === "in";
  // Somebody is signed in, but has not said yet where they want to work.
  const holds = useRef(false);
  const [choosing, setChoosing] = useState(false);
  useEffect(() => {
    // Here, or in another tab.
    if (isIn && !holds.current && !isForAll(path)) onEntered();
  }, [isIn, path, onEntered]);
  const titles: Record<string, string> = { "/sign-up": t.signUpTitle, "/reset": t.resetTitle, "/invite": t.invitation };
  const title = titles[path] ?? t.signIn;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const enter = (view: SessionView, entry?: Entry) => {
    // Who named the clinic wants to go there.
    holds.current = entry !== undefined && !entry.clinic;
    setChoosing(holds.current);
    session.enter(view);
  };
  return (
    <main
      className={cx(
        "mx-auto flex min-h-dvh w-full flex-col justify-center gap-6 p-5 sm:p-8",
        path === "/sign-up" ? "max-w-2xl" : "max-w-md",
      )}
    >
      <header className="flex items-start justify-between gap-4">
        <div>
          <p className="text-2xl font-bold text-brand">{useTexts(common).product}</p>
          <p className="text-sm text-muted">{t.tagline}</p>
        </div>
        <Button
          look="quiet"
          size="sm"
          icon={Languages}
          onClick={() => prefer({ language: preferences().language === "ar" ? "en" : "ar" })}
        >
          {t.language}
        </Button>
      </header>
      <section className="rounded-xl border border-hairline bg-surface p-5 sm:p-7">
        <Suspense fallback={<Skeleton className="h-72" />}>
          {choosing ? (
            <ChooseTenant onChosen={onEntered} />
          ) : path === "/sign-up" ? (
            <SignUp onEntered={enter} />
          ) : path === "/reset" ? (
            <Reset />
          ) : path === "/invite" ? (
            <Invitation onEntered={onEntered} />
          ) : (
            <SignIn onEntered={enter} />
          )}
        </Suspense>
      </section>
      {!choosing && path !== "/invite" && <Others path={path} />}
      <OneMachine />
    </main>
  );
}

/** Where else to: most who have no account look for the sign-up, and the other way round. */
function Others({ path }: { path: string }) {
  const t = useTexts(identity);
  return (
    <p className="text-center text-sm text-muted">
      {path === "/sign-in" ? (
        <>
          {t.noAccount} <DoorLink to="/sign-up">{t.signUp}</DoorLink>
        </>
      ) : (
        <>
          {path === "/sign-up" ? t.haveAccount : t.knowIt} <DoorLink to="/sign-in">{t.signIn}</DoorLink>
        </>
      )}
    </p>
  );
}

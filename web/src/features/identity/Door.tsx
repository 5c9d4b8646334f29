import { useEffect, useSyncExternalStore, type MouseEvent, type ReactNode } from "react";
import { Languages } from "lucide-react";

import type { SessionView } from "@/api/generated";
import { prefer, preferences } from "@/i18n/preferences";
import { useTexts } from "@/i18n/texts";
import { session, useSession } from "@/session/session";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { common } from "@/ui/texts";

import { OneMachine } from "./OneMachine";
import { SignIn } from "./SignIn";
import { SignUp } from "./SignUp";
import { identity } from "./texts";

export async function prepare(): Promise<void> {
  await identity.load();
}

export function isDoor(path: string): boolean {
  return path === "/sign-in" || path === "/sign-up";
}

/** Where somebody who came here wanted to go: a place in this app and nowhere else. */
export function next(): string {
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}

const moved = (listener: () => void) => {
  window.addEventListener("popstate", listener);
  return () => window.removeEventListener("popstate", listener);
};

/** What stands before the app: signing in and signing up, without the rest of it. */
export function Door({ onEntered }: { onEntered: () => void }) {
  const t = useTexts(identity);
  const state = useSession();
  const path = useSyncExternalStore(moved, () => location.pathname);
  const isIn = state.is === "in";
  useEffect(() => {
    // Here, or in another tab.
    if (isIn) onEntered();
  }, [isIn, onEntered]);
  useEffect(() => {
    document.title = path === "/sign-up" ? t.signUpTitle : t.signIn;
  }, [path, t]);
  const enter = (view: SessionView) => session.enter(view);
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
        {path === "/sign-up" ? <SignUp onEntered={enter} /> : <SignIn onEntered={enter} />}
      </section>
      <p className="text-center text-sm text-muted">
        {path === "/sign-up" ? t.haveAccount : t.noAccount}{" "}
        {path === "/sign-up" ? <DoorLink to="/sign-in">{t.signIn}</DoorLink> : <DoorLink to="/sign-up">{t.signUp}</DoorLink>}
      </p>
      <OneMachine />
    </main>
  );
}

function DoorLink({ to, children }: { to: string; children: ReactNode }) {
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", to + location.search);
    window.dispatchEvent(new PopStateEvent("popstate"));
  };
  return (
    <a href={to} onClick={go} className="font-medium text-brand underline">
      {children}
    </a>
  );
}

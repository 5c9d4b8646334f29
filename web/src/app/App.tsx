import { lazy, Suspense, useEffect, useRef } from "react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { dropAhead } from "@/api/ahead";
import { useLanguage } from "@/i18n/texts";
import { place } from "@/lib/format";
import { dropDrafts } from "@/session/drafts";
import { useSession } from "@/session/useSession";
import { forgetStay } from "@/session/stay";

import { dress, Look } from "./look";
import { meQuery } from "./me";
import { queryClient } from "./query";
import { router } from "./router";
import { app } from "./texts";

const Duty = lazy(() => import("@/features/account/Duty"));
const SignInAgain = lazy(() => import("@/features/identity/SignInAgain"));

/** Loads what every page needs, and the page that is asked for beside it: each wait for the next costs a slow line half a second. */
export async function prepare(): Promise<void> {
  const [me] = await Promise.all([queryClient.ensureQueryData(meQuery), router.load(), app.load(), dress()]);
  dropAhead();
  place(me.tenant);
}

function leaveFor(path: string): void {
  sessionStorage.clear();
  queryClient.clear();
  location.replace(path);
}

export function App() {
  const state = useSession();
  const language = useLanguage();
  const first = useRef(language);
  useEffect(() => {
    // Reasons and explanations come in the language that was asked for.
    if (first.current !== language) void queryClient.invalidateQueries();
    first.current = language;
  }, [language]);
  const view = state.is === "in" ? state.view : undefined;
  const begun = useRef(view);
  useEffect(() => {
    const before = begun.current;
    if (!view || before === view) return;
    begun.current = view;
    // Somebody else, or elsewhere, here or in another tab: nothing of what was shown stays in memory.
    if (before && (before.user.id !== view.user.id || before.tenant.id !== view.tenant.id)) leaveFor("/");
    // In another clinic they may do other things.
    else if (before?.clinic.id !== view.clinic.id) void queryClient.invalidateQueries();
  }, [view]);
  useEffect(() => {
    // Whoever signed out, here or in another tab, leaves nothing in memory.
    if (state.is !== "out") return;
    dropDrafts();
    forgetStay();
    location.assign("/sign-in");
  }, [state.is]);
  const must = state.is === "in" || state.is === "ended" ? state.view.must : undefined;
  return (
    <QueryClientProvider client={queryClient}>
      <Look />
      {must ? (
        <Suspense>
          <Duty must={must} />
        </Suspense>
      ) : (
        <RouterProvider router={router} />
      )}
      {state.is === "ended" && (
        <Suspense>
          <SignInAgain view={state.view} />
        </Suspense>
      )}
    </QueryClientProvider>
  );
}

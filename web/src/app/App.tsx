import { lazy, Suspense, useEffect, useRef } from "react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { useLanguage } from "@/i18n/texts";
import { place } from "@/lib/format";
import { useSession } from "@/session/session";

import { dress, Look } from "./look";
import { meQuery } from "./me";
import { queryClient } from "./query";
import { router } from "./router";
import { app } from "./texts";

const SignInAgain = lazy(() => import("@/features/identity/SignInAgain"));

/** Loads what every page needs. */
export async function prepare(): Promise<void> {
  const [me] = await Promise.all([queryClient.ensureQueryData(meQuery), app.load(), dress()]);
  place(me.tenant);
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
  useEffect(() => {
    // Whoever signed out, here or in another tab, leaves nothing in memory.
    if (state.is === "out") location.assign("/sign-in");
  }, [state.is]);
  return (
    <QueryClientProvider client={queryClient}>
      <Look />
      <RouterProvider router={router} />
      {state.is === "ended" && (
        <Suspense>
          <SignInAgain view={state.view} />
        </Suspense>
      )}
    </QueryClientProvider>
  );
}

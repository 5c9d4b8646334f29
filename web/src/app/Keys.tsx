import { lazy, Suspense, useEffect, useState } from "react";
import { useRouter } from "@tanstack/react-router";

import { useTexts } from "@/i18n/texts";

import { useCan } from "./me";
import { HELP, listen, useShortcuts } from "./shortcuts";
import { app } from "./texts";

const ShortcutsDialog = lazy(() => import("./ShortcutsDialog"));

const PATIENTS: string = "/patients";
const SEARCH = "main input[type='search']";

/** The field may come a moment after the page; nobody waits longer for it than a few seconds. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>(SEARCH);
  field?.focus();
  field?.select();
  return field !== null;
}

function focusSearchLater(): void {
  const watcher = new MutationObserver(() => focusSearch() && watcher.disconnect());
  watcher.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => watcher.disconnect(), 5_000);
}

/** The keys that work on every page. */
export function Keys() {
  const t = useTexts(app);
  const can = useCan();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  useEffect(listen, []);
  const search = () => {
    if (focusSearch() || !can("patients:read")) return;
    void router.navigate({ to: PATIENTS }).then(() => focusSearch() || focusSearchLater());
  };
  useShortcuts([
    { code: HELP, key: HELP, label: t.keyHelp, run: () => setOpen(true) },
    { code: "Slash", key: "/", label: can("patients:read") ? t.keySearchPatients : t.keySearch, run: search },
  ]);
  return open ? (
    <Suspense>
      <ShortcutsDialog onClose={() => setOpen(false)} />
    </Suspense>
  ) : null;
}

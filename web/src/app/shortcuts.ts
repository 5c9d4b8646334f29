import { useEffect, useRef } from "react";

import { preferences } from "@/i18n/preferences";

/** A key that does something on the page that is open. */
export interface Shortcut {
  /** The key's place on the keyboard (`KeyboardEvent.code`): the same one whichever script is written. */
  code: string;
  /** What stands on it. */
  key: string;
  /** What it does, in a few words. */
  label: string;
  run: () => void;
}

type Declared = { current: Shortcut[] };

const declared = new Set<Declared>();

/** Declares the keys of a page or of a part of it, as long as that is shown. */
export function useShortcuts(shortcuts: (Shortcut | false)[]): void {
  const own = useRef<Shortcut[]>([]);
  useEffect(() => {
    own.current = shortcuts.filter((one) => one !== false);
  });
  useEffect(() => {
    declared.add(own);
    return () => void declared.delete(own);
  }, []);
}

/** What can be pressed now. What was declared last comes first. */
export function shortcutsNow(): Shortcut[] {
  return [...declared].toReversed().flatMap(({ current }) => current);
}

/** Whether the key is meant for something else: a text, a menu, a dialog that is open, the browser. */
function isMeantElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.repeat) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest("input, textarea, select, [contenteditable]:not([contenteditable='false']), [role='menu']")) return true;
  return document.querySelector("[role='dialog'], [role='alertdialog']") !== null;
}

/** `?` by what it writes: its place differs from one keyboard to the other. */
export const HELP = "?";

function isHelp(event: KeyboardEvent): boolean {
  return event.key === HELP || event.key === "؟" || (event.shiftKey && event.code === "Slash");
}

/** Listens for as long as the frame is there. */
export function listen(): () => void {
  const press = (event: KeyboardEvent) => {
    if (!preferences().shortcuts || isMeantElsewhere(event)) return;
    const wanted = isHelp(event) ? HELP : event.shiftKey ? undefined : event.code;
    const found = wanted === undefined ? undefined : shortcutsNow().find(({ code }) => code === wanted);
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  window.addEventListener("keydown", press);
  return () => window.removeEventListener("keydown", press);
}

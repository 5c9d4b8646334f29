/** What is being typed, kept by this tab until it is done. Whoever signs out takes it along; passwords are never among it. */

import { session } from "./session";

const PREFIX = "dawr.draft.";

/** Where a form's text is kept: per member, page and form. */
export function draftKey(form: string): string {
  const state = session.current;
  const member = state.is === "in" || state.is === "ended" ? state.view.user.id : "";
  return `${PREFIX}${member} ${location.pathname} ${form}`;
}

export function readDraft<T extends object>(key: string): Partial<T> | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? "null") as Partial<T> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(key: string, typed: object): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(typed));
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
}

export function dropDraft(key: string): void {
  sessionStorage.removeItem(key);
}

/** Forgets whatever was being typed, by whomever. */
export function dropDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

/** What a person chose on this device. `public/boot.js` reads the same entry before the first paint. */

export type Language = "ar" | "en";
type Theme = "system" | "light" | "dark";
/** How numbers are written: 0123 or ٠١٢٣. */
type Digits = "latn" | "arab";

export interface Preferences {
  language: Language;
  theme: Theme;
  digits: Digits;
  /** Whether the Hijri date stands beside days. */
  hijri: boolean;
  /** Whether single keys do something. */
  shortcuts: boolean;
}

const ENTRY = "dawr.preferences";
const DEFAULTS: Preferences = { language: "ar", theme: "system", digits: "latn", hijri: false, shortcuts: true };

let current = read();
const listeners = new Set<() => void>();

function read(): Preferences {
  try {
    const found = JSON.parse(localStorage.getItem(ENTRY) ?? "{}") as Partial<Preferences>;
    return {
      language: found.language === "en" ? "en" : DEFAULTS.language,
      theme: found.theme === "light" || found.theme === "dark" ? found.theme : DEFAULTS.theme,
      digits: found.digits === "arab" ? "arab" : DEFAULTS.digits,
      hijri: found.hijri === true,
      shortcuts: found.shortcuts !== false,
    };
  } catch {
    return DEFAULTS;
  }
}

export function preferences(): Preferences {
  return current;
}

export function prefer(changes: Partial<Preferences>): void {
  current = { ...current, ...changes };
  try {
    localStorage.setItem(ENTRY, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  show();
  for (const listener of listeners) listener();
}

/** Tells the page what was chosen. */
export function show(): void {
  const root = document.documentElement;
  root.lang = current.language;
  root.dir = current.language === "ar" ? "rtl" : "ltr";
  if (current.theme === "system") delete root.dataset.theme;
  else root.dataset.theme = current.theme;
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

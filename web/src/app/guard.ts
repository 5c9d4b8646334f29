interface TrustedTypes {
  createPolicy: (name: string, rules: { createHTML: (text: string) => string }) => void;
}

/**
 * Where the browser has Trusted Types, no text becomes HTML; but for the empty one, with which React Aria clears what it announces.
 */
export function guardHtml(): void {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  types?.createPolicy("default", {
    createHTML: (text) => {
      if (text === "") return text;
      throw new TypeError("no text becomes HTML here");
    },
  });
}

const RELOADED = "dawr.reloaded";

/** A part of a version that is gone: the page loads itself anew, once. */
export function reloadOldVersions(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (Date.now() - last < 60_000) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  });
}

/** A page that comes back out of the browser's memory may be somebody else's: it finds out anew who is there. */
export function forgetOthers(): void {
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

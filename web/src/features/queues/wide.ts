import { useSyncExternalStore } from "react";

const query = window.matchMedia("(min-width: 72rem)");

/** Whether there is room for three columns. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => query.matches,
  );
}

import { useSyncExternalStore } from "react";

const ENTRY = "dawr.room";
const listeners = new Set<() => void>();

/** The room that patients are called to from this device. */
export function useRoom(): [string, (room: string) => void] {
  const room = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(ENTRY) ?? "",
  );
  const set = (next: string) => {
    if (next) localStorage.setItem(ENTRY, next);
    else localStorage.removeItem(ENTRY);
    for (const listener of listeners) listener();
  };
  return [room, set];
}

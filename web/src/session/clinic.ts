/** The clinic whose queues somebody wants to see on this device; all that they cover unless said. */

import { useSyncExternalStore } from "react";

import { session } from "./session";
import { currentStay } from "./stay";

const ENTRY = "dawr.branch";

const listeners = new Set<() => void>();

type Chosen = Record<string, string>;

function read(): Chosen {
  try {
    return JSON.parse(localStorage.getItem(ENTRY) ?? "{}") as Chosen;
  } catch {
    return {};
  }
}

/** Where they work: the organisation of the stay, or else of the session. */
function tenant(): string | undefined {
  const stay = currentStay();
  if (stay) return stay.tenantId;
  const { current } = session;
  return current.is === "in" || current.is === "ended" ? current.view.tenant.id : undefined;
}

export function chosenClinic(): string | undefined {
  const id = tenant();
  return id === undefined ? undefined : read()[id];
}

export function chooseClinic(clinic: string | undefined): void {
  const id = tenant();
  if (id === undefined) return;
  const { [id]: _, ...others } = read();
  localStorage.setItem(ENTRY, JSON.stringify(clinic === undefined ? others : { ...others, [id]: clinic }));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  const stops = [session.subscribe(listener), onClinicChosen(listener)];
  return () => {
    listeners.delete(listener);
    for (const stop of stops) stop();
  };
}

/** The same, for what shows it. */
export function useChosenClinic(): string | undefined {
  return useSyncExternalStore(subscribe, chosenClinic);
}

/** Another tab chose another one. */
export function onClinicChosen(listener: () => void): () => void {
  const heard = (event: StorageEvent) => event.key === ENTRY && listener();
  window.addEventListener("storage", heard);
  return () => window.removeEventListener("storage", heard);
}

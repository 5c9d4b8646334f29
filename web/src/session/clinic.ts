/** The clinic whose queues somebody wants to see on this device; all that they cover unless said. */

import { session } from "./session";

const ENTRY = "dawr.branch";

type Chosen = Record<string, string>;

function read(): Chosen {
  try {
    return JSON.parse(localStorage.getItem(ENTRY) ?? "{}") as Chosen;
  } catch {
    return {};
  }
}

function tenant(): string | undefined {
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
}

/** Another tab chose another one. */
export function onClinicChosen(listener: () => void): () => void {
  const heard = (event: StorageEvent) => event.key === ENTRY && listener();
  window.addEventListener("storage", heard);
  return () => window.removeEventListener("storage", heard);
}

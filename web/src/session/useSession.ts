import { useSyncExternalStore } from "react";

import { session } from "./session";
import type { State } from "./state";

export function useSession(): State {
  return useSyncExternalStore(session.subscribe, () => session.current);
}

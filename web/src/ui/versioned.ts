import { useRef, useState } from "react";

import { Failure } from "@/api/failure";
import { differences, merge } from "@/lib/merge";
import { draftKey, dropDraft, keepDraft, readDraft } from "@/session/drafts";

/** Something as it stands at the API. */
export interface Read<T> {
  version: number;
  values: T;
}

export interface Versioned<T extends object> {
  typed: T;
  set: (change: Partial<T>) => void;
  /** What was changed here. */
  changed: Partial<T>;
  isChanged: boolean;
  /** What stands at the API, as far as it is known. */
  stands: T;
  /** What somebody else changed meanwhile as well, in another way. */
  clashes: (keyof T)[];
  /** Somebody chose: of these stays what stands now, of the others what was typed. */
  give: (names: (keyof T)[]) => void;
  discard: () => void;
  /**
   * Sends what was changed. If another version stands by then, what was left alone here is taken from it, and it is sent once
   * more; unless both changed the same: then nothing is sent, and `clashes` says what to choose.
   */
  save: (send: (changed: Partial<T>, typed: T, version: number) => Promise<Read<T>>) => Promise<boolean>;
}

interface State<T> {
  read: Read<T>;
  typed: T;
  clashes: (keyof T)[];
}

const TRIES = 3;

/** What was typed over something, over what stands by now; what nobody has chosen yet is still to be chosen. */
function over<T extends object>({ read, typed, clashes: open }: State<T>, stands: Read<T>): State<T> {
  const { values, clashes } = merge(read.values, stands.values, typed);
  const kept = open.filter((name) => name in differences(stands.values, values) && !clashes.includes(name));
  return { read: stands, typed: values, clashes: [...kept, ...clashes] };
}

/**
 * What is typed over something that others may change as well. With the name of a `form` it is kept by this tab until it is
 * saved, together with what it was typed over: what others saved before a reload is noticed after it, too.
 */
export function useVersioned<T extends object>(start: Read<T>, load: () => Promise<Read<T>>, form?: string): Versioned<T> {
  const [key] = useState(() => form && draftKey(form));
  const [state, setState] = useState<State<T>>(() => {
    const kept = key ? readDraft<State<T>>(key) : undefined;
    if (!kept?.read || !kept.typed) return { read: start, typed: start.values, clashes: [] };
    const begun = { read: kept.read, typed: kept.typed, clashes: kept.clashes ?? [] };
    return start.version > begun.read.version ? over(begun, start) : begun;
  });
  const now = useRef(state);
  const become = (next: State<T>) => {
    now.current = next;
    setState(next);
    if (!key) return;
    if (Object.keys(differences(next.read.values, next.typed)).length > 0) keepDraft(key, next);
    else dropDraft(key);
  };
  const { read, typed, clashes } = state;
  const changed = differences(read.values, typed);
  return {
    typed,
    changed,
    clashes,
    isChanged: Object.keys(changed).length > 0,
    stands: read.values,
    set: (change) => become({ ...now.current, typed: { ...now.current.typed, ...change } }),
    give: (names) => {
      const { read, typed } = now.current;
      const given = Object.fromEntries(names.map((name) => [name, read.values[name]])) as Partial<T>;
      become({ read, typed: { ...typed, ...given }, clashes: [] });
    },
    discard: () => become({ ...now.current, typed: now.current.read.values, clashes: [] }),
    save: async (send) => {
      for (let tried = 1; ; tried += 1) {
        const { read, typed } = now.current;
        try {
          const saved = await send(differences(read.values, typed), typed, read.version);
          // What was typed while it was under way is typed over what stands by now.
          become({ read: saved, typed: merge(typed, saved.values, now.current.typed).values, clashes: [] });
          return true;
        } catch (error) {
          const isStale = error instanceof Failure && error.faults.some(({ code }) => code === "StaleVersion");
          if (!isStale || tried === TRIES) throw error;
          const next = over(now.current, await load());
          become(next);
          if (next.clashes.length > 0) return false;
        }
      }
    },
  };
}

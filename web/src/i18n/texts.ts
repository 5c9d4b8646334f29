import { useSyncExternalStore } from "react";

import { onPreferences, preferences, type Language } from "./preferences";

/** What the other language must have: the same keys, of the same kinds. */
export type Texts<T> = { [K in keyof T]: T[K] extends string ? string : T[K] };

type Load<T> = () => Promise<{ default: T }>;

/** The texts of one area of the app, in the language that is chosen; the other one is not loaded. */
export class Area<T extends object> {
  private readonly found = new Map<Language, T>();
  private readonly loaders: Record<Language, Load<T>>;

  constructor(loaders: { ar: Load<T>; en: Load<Texts<T>> }) {
    this.loaders = loaders as Record<Language, Load<T>>;
    areas.add(this as Area<object>);
  }

  /** Loads the language that is chosen. Routes wait for it, so that components have their texts at once. */
  async load(language: Language = preferences().language): Promise<void> {
    if (!this.found.has(language)) this.found.set(language, (await this.loaders[language]()).default);
  }

  /** A module with the texts that it writes: for what is loaded when it is opened. */
  async beside<Module>(module: Promise<Module>): Promise<Module> {
    const [found] = await Promise.all([module, this.load()]);
    return found;
  }

  get texts(): T {
    const texts = this.found.get(shown);
    if (!texts) throw new Error("the texts of this area were not loaded");
    return texts;
  }

  get loaded(): boolean {
    return this.found.size > 0;
  }
}

const areas = new Set<Area<object>>();
let shown: Language = preferences().language;
/** Grows with whatever changes words or numbers. */
let version = 0;
const listeners = new Set<() => void>();

// The language changes on the screen once everything that is shown has its texts.
onPreferences(() => {
  const wanted = preferences().language;
  const loading = [...areas].filter((area) => area.loaded).map((area) => area.load(wanted));
  void Promise.all(loading).then(() => {
    shown = wanted;
    version += 1;
    for (const listener of listeners) listener();
  });
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The language that is shown. Whoever writes numbers alone asks, too, to be drawn anew with other digits. */
export function useLanguage(): Language {
  useSyncExternalStore(subscribe, () => version);
  return shown;
}

export function useTexts<T extends object>(area: Area<T>): T {
  useLanguage();
  return area.texts;
}

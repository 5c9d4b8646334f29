/** Of one thing: as it was read, as somebody else has made it since, and as it was typed here. */
interface Merged<T> {
  /** What was typed, and of what was left alone here what stands now. */
  values: T;
  /** What both changed, each in another way: somebody has to choose. */
  clashes: (keyof T)[];
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What differs from what was read. */
export function differences<T extends object>(read: T, typed: T): Partial<T> {
  const changed = (Object.keys(typed) as (keyof T)[]).filter((name) => !same(read[name], typed[name]));
  return Object.fromEntries(changed.map((name) => [name, typed[name]])) as Partial<T>;
}

export function merge<T extends object>(read: T, now: T, typed: T): Merged<T> {
  const touched = Object.keys(differences(read, typed)) as (keyof T)[];
  const values = { ...now };
  for (const name of touched) values[name] = typed[name];
  const clashes = touched.filter((name) => !same(read[name], now[name]) && !same(now[name], typed[name]));
  return { values, clashes };
}

const FIRST_STRONG = "\u2068";
const LEFT_TO_RIGHT = "\u2066";
const POP = "\u2069";

/** A datum of unknown script within a sentence: it does not move what stands beside it. */
export function isolate(datum: string): string {
  return FIRST_STRONG + datum + POP;
}

/** Phone numbers, codes and file numbers, which read left to right in every sentence. */
export function ltr(datum: string): string {
  return LEFT_TO_RIGHT + datum + POP;
}

const FIRST_STRONG = "\u2068";
const LEFT_TO_RIGHT = "\u2066";
const POP = "\u2069";
const MARK = "\u200e";

/** A datum of unknown script within a sentence: it does not move what stands beside it. */
export function isolate(datum: string): string {
  return FIRST_STRONG + datum + POP;
}

/** Phone numbers, codes and file numbers, which read left to right in every sentence. */
export function ltr(datum: string): string {
  return LEFT_TO_RIGHT + inOrder(datum) + POP;
}

/** Blanks and signs between Arabic digits read right to left, even where all reads left to right, and swap the groups: marks keep them. */
export function inOrder(datum: string): string {
  return datum.replace(/(?<=[\u0660-\u0669])[^\p{L}\p{N}]+(?=[\u0660-\u0669])/gu, (between) => MARK + between + MARK);
}

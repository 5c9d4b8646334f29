/** Answers that are asked for before whoever shows them is there: a page's scripts are still on their way. */

const begun = new Map<string, Promise<unknown>>();

/** Keeps what will be answered from an address, for the first who asks for it. */
export function keepAhead(url: string, answer: Promise<unknown>): void {
  // Whoever takes it hears of what went wrong.
  answer.catch(() => undefined);
  begun.set(url, answer);
}

/** What was asked of an address ahead, once. */
export function takeAhead(url: string): Promise<unknown> | undefined {
  const answer = begun.get(url);
  begun.delete(url);
  return answer;
}

/** From now on everything is asked for anew: what nobody took would be out of date. */
export function dropAhead(): void {
  begun.clear();
}

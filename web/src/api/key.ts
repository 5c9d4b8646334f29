/** A new Idempotency-Key. `crypto.randomUUID` is not there on a plain http address in the house. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One key per form and content: who sends the same again means the same, who changed something means something else. */
export class Keys {
  private key = newKey();
  private content: string | undefined;

  for(body: unknown): string {
    const content = JSON.stringify(body);
    if (this.content !== undefined && this.content !== content) this.key = newKey();
    this.content = content;
    return this.key;
  }

  /** It was done: the next one is another. */
  done(): void {
    this.content = undefined;
    this.key = newKey();
  }
}

/** Calls endpoints: with the token, again where that is safe, and after signing in anew where the session has ended. */

import { session } from "@/session/session";

import { keepAhead, takeAhead } from "./ahead";
import { Failure, NoAnswer, SignedOut } from "./failure";
import type { Endpoint, Signature } from "./generated";
import { send, sendForText, type Part as FilePart, type Plain } from "./http";
import { newKey } from "./key";

type Part<Name extends string, T> = [T] extends [undefined]
  ? { [K in Name]?: undefined }
  : object extends T
    ? { [K in Name]?: T }
    : undefined extends T
      ? { [K in Name]?: T }
      : { [K in Name]: T };

type Input<S extends Signature> = Part<"path", S["path"]> &
  Part<"query", S["query"]> &
  Part<"body", S["body"]> & {
    /** The version that was read: the call fails with `StaleVersion` if another one stands. */
    version?: number;
    /** What makes a creating call safe to repeat; a new one unless said. */
    key?: string;
    signal?: AbortSignal;
  };

type Sending<T> = (request: Plain) => Promise<T>;

const TRIES = 4;

export async function call<S extends Signature>(endpoint: Endpoint<S>, input: Input<S>): Promise<S["answer"]> {
  const ahead = endpoint.method === "GET" ? takeAhead(addressOf(endpoint, input)) : undefined;
  return (await (ahead ?? calling(endpoint, input, send))) as S["answer"];
}

/** Asks for what `call` with the same input will want, once. */
export function callAhead<S extends Signature>(endpoint: Endpoint<S>, input: Input<S>): void {
  keepAhead(addressOf(endpoint, input), call(endpoint, input));
}

/** A list that is answered in pages. */
type Paged = Signature & { query: { page?: string }; answer: { items: unknown[]; nextPage?: string | null } };

/** As many as a page may hold. */
const MOST = 200;

/** The pages of a list, one after the other, as far as somebody wants them. */
export async function* pages<S extends Paged>(endpoint: Endpoint<S>, input: Input<S>): AsyncGenerator<S["answer"]> {
  for (let page: string | undefined; ; ) {
    const answer = await call(endpoint, { ...input, query: { ...input.query, ...(page && { page }) } } as Input<S>);
    yield answer;
    if (!answer.nextPage) return;
    page = answer.nextPage;
  }
}

/** All of a list, in as few pages as there can be. */
export async function all<S extends Paged & { query: { pageSize?: number } }>(endpoint: Endpoint<S>, input: Input<S>): Promise<S["answer"]["items"]> {
  const items: S["answer"]["items"] = [];
  const query = { ...input.query, pageSize: MOST };
  for await (const page of pages(endpoint, { ...input, query } as Input<S>)) items.push(...page.items);
  return items;
}

/** Calls an endpoint that answers with a text as it is: a file, or a part of one. */
export async function callForText<S extends Signature>(endpoint: Endpoint<S>, input: Input<S>): Promise<FilePart> {
  return calling(endpoint, input, sendForText);
}

/** A whole file that is answered part by part. Each part begins with the line of names, which only the first one keeps. */
export async function callForFile<S extends Signature & { query: { page?: string | null } }>(
  endpoint: Endpoint<S>,
  input: Input<S>,
  onPart?: (text: string) => void,
): Promise<string> {
  const parts: string[] = [];
  for (let page: string | undefined; ; ) {
    const { text, next } = await callForText(endpoint, { ...input, query: { ...input.query, ...(page && { page }) } } as Input<S>);
    onPart?.(text);
    parts.push(parts.length === 0 ? text : text.slice(text.indexOf("\n") + 1));
    if (!next) return parts.join("");
    page = next;
  }
}

async function calling<S extends Signature, T>(endpoint: Endpoint<S>, input: Input<S>, sending: Sending<T>): Promise<T> {
  const headers: Record<string, string> = {};
  if (endpoint.idempotent) headers["idempotency-key"] = input.key ?? newKey();
  if (endpoint.versioned && input.version !== undefined) headers["if-match"] = `"${input.version}"`;
  const request: Plain = {
    method: endpoint.method,
    url: addressOf(endpoint, input),
    body: input.body,
    headers,
    signal: input.signal,
  };
  const { whose } = session;
  const repeatable = endpoint.method === "GET" || endpoint.idempotent === true;
  for (let tried = 1; ; tried += 1) {
    try {
      return await authorized(request, sending, whose);
    } catch (error) {
      if (!repeatable || tried === TRIES || !passes(error)) throw error;
      await pause(error, tried, input.signal);
    }
  }
}

/** Sends a request with the token, and once more with another one if that was over; but never as another than who began it. */
async function authorized<T>(request: Plain, sending: Sending<T>, whose: string | undefined): Promise<T> {
  const token = await tokenOf(whose);
  try {
    return await sending(bearing(request, token));
  } catch (error) {
    if (!(error instanceof Failure && error.code === "Unauthenticated")) throw error;
    return sending(bearing(request, await tokenOf(whose, token)));
  }
}

async function tokenOf(whose: string | undefined, spent?: string): Promise<string> {
  const token = await session.token(spent);
  if (whose !== undefined && session.whose !== whose) throw new SignedOut("somebody else is signed in");
  return token;
}

function addressOf<S extends Signature>(endpoint: Endpoint<S>, input: Input<S>): string {
  return address(endpoint.path, input.path as object | undefined, input.query as object | undefined);
}

function bearing(request: Plain, token: string): Plain {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** Whether it may be over in a moment. */
function passes(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  return error instanceof Failure && (error.code === "StillRunning" || error.status >= 502);
}

async function pause(error: unknown, tried: number, signal?: AbortSignal): Promise<void> {
  const said = error instanceof Failure ? error.retryAfter : undefined;
  const wait = said === undefined ? 250 * 3 ** tried * (0.75 + Math.random() / 2) : said * 1000;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, Math.min(wait, 10_000));
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

export function address(path: string, parts: object = {}, query: object = {}): string {
  const named = parts as Record<string, string>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(named[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** The one place that calls fetch: the envelope, the language, and what went wrong. */

import { preferences } from "@/i18n/preferences";

import { Failure, NoAnswer, type Fault } from "./failure";

export interface Plain {
  method: string;
  /** With its query. */
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** Longer than the API's own limit: it answers that itself. */
const PATIENCE = 35_000;

/**
 * Sends one request and opens the envelope.
 *
 * @throws {Failure} if the API refuses.
 * @throws {NoAnswer} if nothing comes back.
 */
export async function send(request: Plain): Promise<unknown> {
  const response = await exchange(request);
  return response.status === 204 ? undefined : (await read(response)).data;
}

/** A file, or a part of one. */
export interface Part {
  text: string;
  /** The token of the next part, if there is one. */
  next: string | undefined;
}

/** The same for what is answered as it is, without an envelope. */
export async function sendForText(request: Plain): Promise<Part> {
  const response = await exchange(request);
  const next = response.headers.get("x-next-page") ?? undefined;
  try {
    // Spreadsheets need the mark with which it begins; `text()` would take it away.
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
    return { text, next };
  } catch (error) {
    throw new NoAnswer("the answer broke off", { cause: error });
  }
}

/** What comes back, if it is no refusal. */
async function exchange(request: Plain): Promise<Response> {
  const headers = new Headers({ accept: "application/json", "accept-language": preferences().language, ...request.headers });
  const isFile = request.body instanceof Blob;
  if (request.body !== undefined && !isFile) headers.set("content-type", "application/json");
  const limit = AbortSignal.timeout(PATIENCE);
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers,
      body: isFile ? (request.body as Blob) : request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal ? AbortSignal.any([request.signal, limit]) : limit,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new NoAnswer("no answer", { cause: error });
  }
  if (response.ok) return response;
  const envelope = await read(response);
  const after = Number(response.headers.get("retry-after"));
  throw new Failure(response.status, envelope.errors ?? [], envelope.traceId ?? "", after > 0 ? after : undefined);
}

interface Envelope {
  data?: unknown;
  errors?: Fault[];
  traceId?: string;
}

async function read(response: Response): Promise<Envelope> {
  try {
    return (await response.json()) as Envelope;
  } catch {
    // A proxy's own page, or an answer that broke off.
    if (response.ok) throw new NoAnswer("the answer cannot be read");
    return {};
  }
}

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
  /** How long an answer is waited for, in milliseconds. */
  patience?: number;
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
  const headers = new Headers({ accept: "application/json", "accept-language": preferences().language, ...request.headers });
  const isFile = request.body instanceof Blob;
  if (request.body !== undefined && !isFile) headers.set("content-type", "application/json");
  const limit = AbortSignal.timeout(request.patience ?? PATIENCE);
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
  if (response.status === 204) return undefined;
  const envelope = await read(response);
  if (response.ok) return envelope.data;
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

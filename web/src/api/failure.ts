import type { Endpoint, ErrorCode, Signature } from "./generated";

/** One thing that is wrong with a request. */
export interface Fault {
  code: ErrorCode;
  /** For people, in the language of the request. */
  message: string;
  /** The place in the body. */
  field?: string;
  /** What stands in the way. */
  id?: string;
}

/** A request that the API refused. */
export class Failure extends Error {
  readonly status: number;
  readonly faults: Fault[];
  /** What to tell support. */
  readonly traceId: string;
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined;

  constructor(status: number, faults: Fault[], traceId: string, retryAfter?: number) {
    super(faults[0]?.message ?? `status ${status}`);
    this.status = status;
    this.faults = faults;
    this.traceId = traceId;
    this.retryAfter = retryAfter;
  }

  get code(): ErrorCode | undefined {
    return this.faults[0]?.code;
  }
}

/** A request that got no answer. Whether it was done is not known. */
export class NoAnswer extends Error {}

/** The session ended, and nobody signed in again. */
export class SignedOut extends Error {}

/** What one of an endpoint's own errors says, if that is what went wrong. The compiler knows which ones it has. */
export function faultOf<S extends Signature>(
  _: Endpoint<S>,
  error: unknown,
  code: S["errors"],
): Fault | undefined {
  return error instanceof Failure ? error.faults.find((fault) => fault.code === code) : undefined;
}

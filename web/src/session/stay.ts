/**
 * An operator's stay in a tenant, in this tab alone: what is called goes with its token instead of the operator's own.
 * The token is in memory; which stay it is survives a reload.
 */

import { Failure, SignedOut } from "@/api/failure";
import { elevate, endElevation, type ElevatedView, type StayView } from "@/api/generated";
import { send, type Plain } from "@/api/http";

import { session } from "./session";

const ENTRY = "dawr.stay";
const MARGIN = 30_000;

/** Answers after which the stay is over, for whatever reason. */
const OVER = new Set(["ElevationEnded", "NotFound", "Forbidden"]);

type Which = Pick<StayView, "id" | "tenantId">;

let renewing: Promise<string> | undefined;
let held: { token: string; until: number } | undefined;

/** The stay that this tab is in. */
export function currentStay(): Which | undefined {
  try {
    const found = JSON.parse(sessionStorage.getItem(ENTRY) ?? "null") as Which | null;
    return found ?? undefined;
  } catch {
    return undefined;
  }
}

/** Works in the tenant from now on; the app begins anew there. */
export function enterStay(stay: Which): void {
  sessionStorage.setItem(ENTRY, JSON.stringify({ id: stay.id, tenantId: stay.tenantId }));
  location.assign("/");
}

/** Goes back to the operator's own pages, without ending anything. */
export function leaveStay(): void {
  const stay = currentStay();
  forgetStay();
  location.assign(stay ? `/platform/tenants/${encodeURIComponent(stay.tenantId)}` : "/");
}

export function forgetStay(): void {
  held = undefined;
  session.instead = undefined;
  sessionStorage.removeItem(ENTRY);
}

/** Ends the stay at the API, as the operator who it is, and goes back. */
export async function endStay(): Promise<void> {
  const stay = currentStay();
  if (stay) {
    const url = endElevation.path.replace("{tenantId}", encodeURIComponent(stay.tenantId)).replace("{elevationId}", encodeURIComponent(stay.id));
    await asOneself({ method: endElevation.method, url });
  }
  leaveStay();
}

/** A token for what is called in the tenant. */
async function token(stay: Which, spent?: string): Promise<string> {
  if (held && held.token !== spent && held.until - MARGIN > Date.now()) return held.token;
  renewing ??= renew(stay).finally(() => (renewing = undefined));
  return renewing;
}

async function renew(stay: Which): Promise<string> {
  const body = { tenantId: stay.tenantId, elevationId: stay.id };
  try {
    const view = (await asOneself({ method: elevate.method, url: elevate.path, body })) as ElevatedView;
    held = { token: view.accessToken, until: Date.now() + view.expiresIn * 1000 };
    return held.token;
  } catch (error) {
    if (!(error instanceof Failure && error.faults.some(({ code }) => OVER.has(code)))) throw error;
    leaveStay();
    throw new SignedOut("the stay is over", { cause: error });
  }
}

async function asOneself(request: Plain): Promise<unknown> {
  const bearing = (own: string): Plain => ({ ...request, headers: { authorization: `Bearer ${own}` } });
  const own = await session.own();
  try {
    return await send(bearing(own));
  } catch (error) {
    if (!(error instanceof Failure && error.code === "Unauthenticated")) throw error;
    return send(bearing(await session.own(own)));
  }
}

const begun = currentStay();
if (begun) session.instead = (spent) => token(begun, spent);

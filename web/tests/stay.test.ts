import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { SessionView } from "@/api/generated";

const asked: { url: string; token: string | null; body: string | null }[] = [];
let answers: Response[] = [];
const gone: string[] = [];

beforeEach(() => {
  vi.resetModules();
  asked.length = 0;
  gone.length = 0;
  sessionStorage.clear();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit & { headers: Headers }) => {
    asked.push({ url, token: init.headers.get("authorization"), body: init.body as string | null });
    return answers.shift() ?? Response.json({}, { status: 500 });
  });
  vi.spyOn(location, "assign").mockImplementation((to) => void gone.push(String(to)));
});
afterEach(() => vi.unstubAllGlobals());

const ok = (data: unknown) => Response.json({ success: true, data });
const refused = (status: number, code: string) => Response.json({ success: false, errors: [{ code, message: code }], traceId: "-" }, { status });

/** As a page that begins in a stay. */
async function begin() {
  sessionStorage.setItem("dawr.stay", JSON.stringify({ id: "elv_1", tenantId: "ten_1" }));
  const stay = await import("@/session/stay");
  const { session } = await import("@/session/session");
  const { call } = await import("@/api/client");
  const { getMe } = await import("@/api/generated");
  session.enter({ accessToken: "own", expiresIn: 900, user: { id: "mem_1" }, tenant: { id: "ten_0" } } as SessionView);
  return { stay, me: () => call(getMe, {}) };
}

test("calls go with the stay's token, which the operator's own asks for once", async () => {
  const { me } = await begin();
  answers = [ok({ accessToken: "there", expiresIn: 900 }), ok({ id: "a" }), ok({ id: "b" })];
  await me();
  await me();
  expect(asked.map(({ url, token }) => [url, token])).toEqual([
    ["/api/auth/elevate", "Bearer own"],
    ["/api/users/me", "Bearer there"],
    ["/api/users/me", "Bearer there"],
  ]);
  expect(JSON.parse(asked[0]!.body ?? "")).toEqual({ tenantId: "ten_1", elevationId: "elv_1" });
});

test("a token that is refused is asked for anew", async () => {
  const { me } = await begin();
  answers = [ok({ accessToken: "one", expiresIn: 900 }), refused(401, "Unauthenticated"), ok({ accessToken: "two", expiresIn: 900 }), ok({ id: "a" })];
  expect(await me()).toEqual({ id: "a" });
  expect(asked.at(-1)!.token).toBe("Bearer two");
});

test("a stay that is over leads back to the tenant's page, and nothing is called there any more", async () => {
  const { me } = await begin();
  answers = [refused(409, "ElevationEnded")];
  await expect(me()).rejects.toThrow("over");
  expect(gone).toEqual(["/platform/tenants/ten_1"]);
  expect(sessionStorage.getItem("dawr.stay")).toBeNull();
  answers = [ok({ id: "own" })];
  await me();
  expect(asked.at(-1)!.token).toBe("Bearer own");
});

test("a bad moment ends no stay", async () => {
  const { stay, me } = await begin();
  vi.spyOn(globalThis, "setTimeout").mockImplementation((work) => (queueMicrotask(work as () => void), 0 as unknown as NodeJS.Timeout));
  answers = [refused(503, "Unavailable"), ok({ accessToken: "there", expiresIn: 900 }), ok({ id: "a" })];
  expect(await me()).toEqual({ id: "a" });
  expect(stay.currentStay()).toEqual({ id: "elv_1", tenantId: "ten_1" });
});

test("it is ended as the operator who it is", async () => {
  const { stay } = await begin();
  answers = [new Response(null, { status: 204 })];
  await stay.endStay();
  expect(asked.map(({ url, token }) => [url, token])).toEqual([["/api/platform/tenants/ten_1/elevations/elv_1", "Bearer own"]]);
  expect(gone).toEqual(["/platform/tenants/ten_1"]);
});

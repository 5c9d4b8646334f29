import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { address, all, call, callForFile, pages } from "@/api/client";
import { Failure, NoAnswer, SignedOut, faultOf } from "@/api/failure";
import { addTicket, exportAudit, getMe, listQueues, updateTicket, type SessionView } from "@/api/generated";
import { Keys } from "@/api/key";
import { session } from "@/session/session";

const asked: { url: string; init: RequestInit & { headers: Headers } }[] = [];
let answers: (Response | Error)[] = [];

beforeEach(() => {
  asked.length = 0;
  session.enter(viewOf("mem_1", "good"));
  vi.stubGlobal("fetch", async (url: string, init: RequestInit & { headers: Headers }) => {
    asked.push({ url, init });
    const answer = answers.shift();
    if (answer instanceof Response) return answer;
    throw answer ?? new TypeError("network");
  });
  vi.spyOn(globalThis, "setTimeout").mockImplementation((work) => {
    queueMicrotask(work as () => void);
    return 0 as unknown as NodeJS.Timeout;
  });
});
afterEach(() => vi.unstubAllGlobals());

const viewOf = (id: string, accessToken: string) =>
  ({ accessToken, expiresIn: 900, user: { id }, tenant: { id: "ten_1" } }) as SessionView;

const ok = (data: unknown, status = 200) => Response.json({ success: true, data }, { status });
const refused = (status: number, code: string, more: object = {}) =>
  Response.json({ success: false, errors: [{ code, message: code, ...more }], traceId: "req_1" }, { status });

const ticket = { path: { queueId: "que_1" }, body: { fullName: "علي", phoneNumber: "٠٥٠" } };

test("a call opens the envelope and says who asks, and in which language", async () => {
  answers = [ok({ id: "mem_1" })];
  expect(await call(getMe, {})).toEqual({ id: "mem_1" });
  const { headers } = asked[0]!.init;
  expect([headers.get("authorization"), headers.get("accept-language")]).toEqual(["Bearer good", "ar"]);
});

test("a creating call carries one key through all its tries", async () => {
  answers = [new TypeError("lost"), refused(503, "Unavailable"), ok({ id: "tkt_1" }, 201)];
  await call(addTicket, ticket);
  const keys = asked.map(({ init }) => init.headers.get("idempotency-key"));
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
});

test("what is not safe to repeat is not repeated", async () => {
  answers = [new TypeError("lost")];
  await expect(call(updateTicket, { path: { ticketId: "tkt_1" }, body: {}, version: 3 })).rejects.toBeInstanceOf(NoAnswer);
  expect(asked).toHaveLength(1);
  expect(asked[0]!.init.headers.get("if-match")).toBe('"3"');
});

test("a refusal is told with its faults, and only once", async () => {
  answers = [refused(409, "PatientDiffers", { id: "pat_1", field: "localId" })];
  const error = await call(addTicket, ticket).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Failure);
  expect(faultOf(addTicket, error, "PatientDiffers")?.id).toBe("pat_1");
  expect(faultOf(addTicket, error, "AlreadyInQueue")).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test("a read that gets no answer gives up after four tries", async () => {
  answers = [];
  await expect(call(getMe, {})).rejects.toBeInstanceOf(NoAnswer);
  expect(asked).toHaveLength(4);
});

test("what somebody began is not done as somebody else who signs in meanwhile", async () => {
  const refusal = refused(401, "Unauthenticated");
  answers = [refusal];
  vi.spyOn(refusal, "json").mockImplementation(async () => {
    session.enter(viewOf("mem_2", "another's"));
    return { errors: [{ code: "Unauthenticated", message: "-" }] };
  });
  await expect(call(addTicket, ticket)).rejects.toBeInstanceOf(SignedOut);
  expect(asked).toHaveLength(1);
});

test("parts of a path are escaped, and empty parameters left out", () => {
  expect(address("/api/x/{id}/y", { id: "a/b?c" }, { page: "", size: 3, more: undefined })).toBe("/api/x/a%2Fb%3Fc/y?size=3");
});

test("a form's key changes with what it says, and when it is done", () => {
  const keys = new Keys();
  const first = keys.for({ a: 1 });
  expect(keys.for({ a: 1 })).toBe(first);
  const second = keys.for({ a: 2 });
  expect(second).not.toBe(first);
  keys.done();
  expect(keys.for({ a: 2 })).not.toBe(second);
});

test("a list that is answered in pages is put together, and asked no further than it is wanted", async () => {
  const page = (items: string[], nextPage?: string) => Response.json({ success: true, data: { items, nextPage } });
  answers = [page(["a", "b"], "p2"), page([], "p3"), page(["c"])];
  expect(await all(listQueues, { query: { clinicId: "cli_1" } })).toEqual(["a", "b", "c"]);
  const sent = asked.map(({ url }) => new URL(url, "http://x").searchParams.toString());
  expect(sent).toEqual(["clinicId=cli_1&pageSize=200", "clinicId=cli_1&pageSize=200&page=p2", "clinicId=cli_1&pageSize=200&page=p3"]);
  answers = [page(["a"], "p2"), page(["b"])];
  for await (const { items } of pages(listQueues, {})) if (items.length > 0) break;
  expect(asked).toHaveLength(4);
});

test("a file that is answered in parts has its mark and its line of names once", async () => {
  const part = (text: string, next?: string) => new Response(text, { headers: next ? { "x-next-page": next } : {} });
  answers = [part("\uFEFFالاسم,الرقم\nعلي,1\n", "p2"), part("\uFEFFالاسم,الرقم\nنورة,2\n")];
  const seen: string[] = [];
  expect(await callForFile(exportAudit, { query: { action: "call_next" } }, (text) => seen.push(text))).toBe("\uFEFFالاسم,الرقم\nعلي,1\nنورة,2\n");
  expect(seen).toHaveLength(2);
  expect(asked.map(({ url }) => new URL(url, "http://x").searchParams.toString())).toEqual(["action=call_next", "action=call_next&page=p2"]);
});

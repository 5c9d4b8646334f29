// @vitest-environment node
import { readFileSync } from "node:fs";
import vm from "node:vm";

import { expect, test } from "vitest";

/** What CloudFront runs before it looks for a file, run as CloudFront runs it: a script with a global `handler` and no modules. */
const script = readFileSync(new URL("../../infra/dawr/src/web/edge.js", import.meta.url), "utf8");

interface Request {
  method: string;
  uri: string;
  querystring: object;
  headers: Record<string, { value: string }>;
  cookies: object;
}

/** The path under which a request is looked for; nothing else of it is changed. */
function asked(uri: string, accepted?: string): string {
  const headers: Request["headers"] = accepted === undefined ? {} : { "accept-encoding": { value: accepted } };
  const request: Request = { method: "GET", uri, querystring: {}, headers, cookies: {} };
  const context = vm.createContext({ event: { version: "1.0", request: structuredClone(request) } });
  const answer = vm.runInContext(`${script}\nhandler(event)`, context) as Request;
  expect({ ...answer, uri }).toEqual(request);
  return answer.uri;
}

test("a path without a dot is a place in the app, and its page is sent", () => {
  for (const place of ["/", "/queues/que_01J", "/queues/", "/sign-in", "/join/aB3_-x", "/a.b/c", "/assets", "//evil.example/x"])
    expect(asked(place), place).toBe("/index.html");
});

test("a path with a dot is a file, and no place of the app stands in for one that is gone", () => {
  for (const file of ["/favicon.ico", "/assets/vazirmatn-1a2b.woff2", "/queues/x.png", "/assets/", "/assets/gone"])
    expect(asked(file), file).toBe(file);
});

test("a text is sent in the smallest form that the browser reads", () => {
  for (const [accepted, suffix] of [
    ["gzip, deflate, br, zstd", ".br"],
    ["gzip, br;q=0.5", ".br"],
    ["gzip", ".gz"],
    ["br;q=0, gzip;q=0.5", ".gz"],
    ["br; q=0", ""],
    ["brotli, x-gzip", ""],
    ["identity", ""],
    ["", ""],
    [undefined, ""],
  ] as const) {
    expect(asked("/assets/app-1a2b.js", accepted), accepted).toBe(`/assets/app-1a2b.js${suffix}`);
    expect(asked("/queues/que_1", accepted), accepted).toBe(`/index.html${suffix}`);
    expect(asked("/assets/font-1a2b.woff2", accepted), accepted).toBe("/assets/font-1a2b.woff2");
  }
});

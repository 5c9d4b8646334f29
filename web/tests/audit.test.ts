// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import ar from "@/features/audit/ar";
import en from "@/features/audit/en";
import { actionsOf, INNER, pageOf, sayFields } from "@/features/audit/words";

/** The server's own code, by which the trail is written. */
const root = fileURLToPath(new URL("../../", import.meta.url));

function rust(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".rs"))
    .map((path) => readFileSync(`${root}${folder}/${path}`, "utf8"));
}

const sources = [...rust("functions"), ...rust("shared")];

/** Each function has a committed sample of an event, which the server's tests demand. */
const functions = readdirSync(`${root}events`).flatMap((context) =>
  readdirSync(`${root}events/${context}`).map((file) => file.replace(/\.json$/, "")),
);

/** Entities of which the trail tells: kind and fields. */
const told = sources.flatMap((text) =>
  [...text.matchAll(/impl Entity for (\w+) \{([\s\S]*?)\n\}/g)].flatMap(([, name, body]) => {
    if (!body?.includes("fn subject")) return [];
    const kind = /KIND: &'static str = "([^"]+)"/.exec(body)?.[1] ?? "";
    const fields = new RegExp(`pub struct ${name} \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? "";
    return [{ kind, fields: [...fields.matchAll(/^\s+(?:pub(?:\(\w+\))? )?(\w+): /gm)].map(([, field]) => field ?? "") }];
  }),
);

test("the server's code is read as it is meant", () => {
  expect(functions.length).toBeGreaterThan(100);
  expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["patient", "tenant", "whatsapp", "ticket"]));
  for (const { kind, fields } of told) expect(fields.length, kind).toBeGreaterThan(1);
});

test("everything that can be done has its words in both languages, and nothing else has", () => {
  // The tool that appoints the first operator is no function.
  const all = [...functions, "operator_add"].sort();
  for (const { actions } of [ar, en]) expect(Object.keys(actions).sort()).toEqual(all);
});

test("no two deeds that can be chosen have the same words", () => {
  for (const words of [ar, en]) {
    const labels = actionsOf(words).map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  }
});

test("everything that it is done to has its words", () => {
  // What is read, or told without being stored: `Subject::read`, `seen…`, `Work::about`.
  const named = sources.flatMap((text) =>
    [...text.matchAll(/\.(?:seen\w*|about)(?:::<(\w+)>|\(\s*"([\w-]+)"|\(\s*(\w+)::KIND)/g)].map(([, read, literal, about]) => {
      const entity = read ?? about;
      if (!entity) return [literal ?? ""];
      if (entity === "T") return []; // Passed on as it came.
      const kind = new RegExp(`impl Entity for ${entity} \\{[\\s\\S]*?KIND: &'static str = "([^"]+)"`);
      const found = sources.map((one) => kind.exec(one)?.[1] ?? "").filter(Boolean);
      return found.length > 0 ? found : [entity];
    }),
  );
  for (const { kinds } of [ar, en]) {
    for (const { kind } of told) expect(kinds, kind).toHaveProperty([kind]);
    // Two entities may share a name; the one that is meant has its words.
    for (const meant of named.filter(({ length }) => length > 0)) expect(meant.some((kind) => Object.hasOwn(kinds, kind)), meant.join(" ")).toBe(true);
  }
});

test("every field that can change has its words, or is the machine's own", () => {
  const about = sources.flatMap((text) => [...text.matchAll(/Changed\(vec!\["(\w+)"/g)].map(([, field]) => field ?? ""));
  const all = new Set([...told.flatMap(({ fields }) => fields), ...about]);
  for (const { fields } of [ar, en]) {
    expect([...all].filter((field) => !INNER.has(field) && !Object.hasOwn(fields, field))).toEqual([]);
  }
});

test("the machine's own fields are not told, others once", () => {
  expect(sayFields(["epoch", "opted_out", "opted_out_at", "brand_new"], en)).toEqual(["refusal of messages", "brand_new"]);
});

test("a thing leads to its page, unless it is gone", () => {
  expect(pageOf({ kind: "patient", id: "pat_1", effect: "read" })).toBe("/patients/pat_1");
  expect(pageOf({ kind: "patient", id: "pat_1", effect: "deleted" })).toBeUndefined();
  expect(pageOf({ kind: "queue", id: "all", effect: "read" })).toBeUndefined();
  expect(pageOf({ kind: "session", id: "ses_1", effect: "created" })).toBeUndefined();
});

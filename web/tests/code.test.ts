// @vitest-environment node
import { expect, test } from "vitest";

import { sources } from "./files";

const screens = sources(".tsx").filter(({ path }) => path !== "ui/Gallery.tsx");

test("no text stands in the code", () => {
  for (const { path, text } of screens) {
    // The digits that are offered stand for themselves.
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").replace("٠١٢٣", "");
    expect(code, path).not.toMatch(/[\u0600-\u06ff]/);
    for (const [, attribute, value] of code.matchAll(/\b(aria-label|label|title|hint|placeholder|alt)="([^"]*)"/g)) {
      expect(value, `${path}: ${attribute}`).not.toMatch(/\p{L}/u);
    }
    // What stands between two tags on a line of its own, or within one line.
    for (const [, words] of code.matchAll(/<\/?[\w.]+(?:\s[^<>{}=]*)?>([^<>{}]+)<\//g)) {
      expect(words, path).not.toMatch(/\p{L}{2}/u);
    }
  }
});

test("no class depends on left and right", () => {
  const physical =
    /(?<![\w-])-?(?:ml|mr|pl|pr|left|right|border-[lr]|rounded-[lr]|rounded-[tb][lr]|scroll-m[lr]|scroll-p[lr])-[\w[]|(?<![\w-])(?:text|float|clear)-(?:left|right)(?![\w-])|(?<![\w-])border-[lr](?![\w-])/;
  for (const { path, text } of [...screens, ...sources("Gallery.tsx")]) {
    for (const [, names] of text.matchAll(/"([^"\n]*)"/g)) expect(names, path).not.toMatch(physical);
  }
  for (const { path, text } of sources(".css")) {
    expect(text, path).not.toMatch(/(margin|padding|border)-(left|right)|\b(left|right):/);
  }
});

test("only one place asks the network, and one asks Intl", () => {
  for (const { path, text } of sources(".ts", ".tsx")) {
    if (path !== "api/http.ts") expect(text, path).not.toMatch(/\bfetch\(|XMLHttpRequest|sendBeacon/);
    if (path !== "lib/format.ts") expect(text, path).not.toMatch(/\bIntl\.(?!LDML)|toLocale(?!LowerCase)\w*\(/);
  }
});

test("features do not know each other's screens", () => {
  // What one feature opens over another's screens, and what all may know of one.
  const shared = /^@\/features\/\w+\/(texts|queries|NewQueue|AddPatient|SendDialog|Queue(Messages|Failed)Page|(Code|Password)Field)$/;
  for (const { path, text } of sources(".tsx", ".ts").filter(({ path }) => path.startsWith("features/"))) {
    for (const [, target] of text.matchAll(/(?:from |import\()"(@\/features\/[^"]+)"/g)) expect(target, path).toMatch(shared);
  }
});

test("the branches are asked for in one place, so that all who show them show the same", () => {
  const asking = sources(".ts", ".tsx").filter(({ text }) => /\blistClinics\b/.test(text)).map(({ path }) => path);
  expect(asking).toEqual(["api/generated.ts", "app/clinics.ts"]);
});

test("React Aria is named by its parts", () => {
  for (const { path, text } of sources(".tsx", ".ts")) expect(text, path).not.toMatch(/from "react-aria(-components)?"/);
});

test("no component is long", () => {
  for (const { path, text } of screens) expect(text.split("\n").length, path).toBeLessThanOrEqual(220);
});

test("nothing is handed out that nobody takes", () => {
  const here = Object.entries(import.meta.glob<string>(["../{src,tests,e2e,bench}/**/*.{ts,tsx}"], { eager: true, query: "?raw", import: "default" }));
  const written = here.filter(([path]) => !path.endsWith("/generated.ts"));
  const unused = written.flatMap(([path, text]) => {
    if (!/^\.\.\/(src|e2e)\//.test(path)) return [];
    const file = path.replace(/^.*\/|\.tsx?$/g, "");
    const takers = written.filter(([other, code]) => other !== path && code.includes(`/${file}"`)).map(([, code]) => code);
    const names = [...text.matchAll(/^export (?:async )?(?:const|let|function|class|interface|type) (\w+)/gm)].map(([, name = ""]) => name);
    return names.filter((name) => !takers.some((code) => new RegExp(`\\b${name}\\b`).test(code))).map((name) => `${path} ${name}`);
  });
  expect(unused).toEqual([]);
});

// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, expect, test, vi } from "vitest";

import type { Early } from "../scripts/chunks";

const boot = new Function(readFileSync(join(import.meta.dirname, "../public/boot.js"), "utf8")) as () => void;

const fetched = () => [...document.head.querySelectorAll<HTMLLinkElement>("link[rel=modulepreload]")].map((link) => link.getAttribute("href"));

const EARLY: Early = {
  frame: ["/assets/App-1.js", "/assets/frame-2.js"],
  words: { ar: ["/assets/ar-3.js"], en: ["/assets/en-4.js"] },
  pages: [
    { path: "^/$", files: ["/assets/Home-5.js"], ar: [], en: [] },
    { path: "^/queues/[^/]+$", files: ["/assets/Queue-6.js"], ar: ["/assets/ar-7.js"], en: ["/assets/en-8.js"] },
  ],
};

beforeEach(() => {
  history.replaceState(null, "", "/messages");
  localStorage.clear();
  document.head.replaceChildren();
  const script = document.createElement("script");
  script.dataset.early = JSON.stringify(EARLY);
  vi.spyOn(document, "currentScript", "get").mockReturnValue(script);
});

test("the app's frame and its words are fetched at once for whoever is signed in, and for nobody else", () => {
  boot();
  expect(fetched()).toEqual([]);
  localStorage.setItem("dawr.session", "1");
  boot();
  expect(fetched()).toEqual(["/assets/App-1.js", "/assets/frame-2.js", "/assets/ar-3.js"]);
});

test("the page that is asked for is fetched with them, and its words in one language", () => {
  localStorage.setItem("dawr.session", "1");
  localStorage.setItem("dawr.preferences", JSON.stringify({ language: "en" }));
  history.replaceState(null, "", "/queues/que_1?tab=failed");
  boot();
  expect(fetched()).toEqual([...EARLY.frame, "/assets/en-4.js", "/assets/Queue-6.js", "/assets/en-8.js"]);
  document.head.replaceChildren();
  history.replaceState(null, "", "/queues/que_1/import");
  boot();
  expect(fetched()).toEqual([...EARLY.frame, "/assets/en-4.js"]);
});

test("the page stands in the language and the colours that were chosen", () => {
  boot();
  expect([document.documentElement.lang, document.documentElement.dir]).toEqual(["ar", "rtl"]);
  localStorage.setItem("dawr.preferences", JSON.stringify({ language: "en", theme: "dark" }));
  boot();
  expect([document.documentElement.lang, document.documentElement.dir, document.documentElement.dataset.theme]).toEqual(["en", "ltr", "dark"]);
});

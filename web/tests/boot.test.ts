// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, expect, test, vi } from "vitest";

const boot = new Function(readFileSync(join(import.meta.dirname, "../public/boot.js"), "utf8")) as () => void;

const fetched = () => [...document.head.querySelectorAll<HTMLLinkElement>("link[rel=modulepreload]")].map((link) => link.getAttribute("href"));

beforeEach(() => {
  localStorage.clear();
  document.head.replaceChildren();
  const script = document.createElement("script");
  script.dataset.frame = "/assets/App-1.js /assets/frame-2.js";
  vi.spyOn(document, "currentScript", "get").mockReturnValue(script);
});

test("the app's frame is fetched at once for whoever is signed in, and for nobody else", () => {
  boot();
  expect(fetched()).toEqual([]);
  localStorage.setItem("dawr.session", "1");
  boot();
  expect(fetched()).toEqual(["/assets/App-1.js", "/assets/frame-2.js"]);
});

test("the page stands in the language and the colours that were chosen", () => {
  boot();
  expect([document.documentElement.lang, document.documentElement.dir]).toEqual(["ar", "rtl"]);
  localStorage.setItem("dawr.preferences", JSON.stringify({ language: "en", theme: "dark" }));
  boot();
  expect([document.documentElement.lang, document.documentElement.dir, document.documentElement.dataset.theme]).toEqual(["en", "ltr", "dark"]);
});

// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { PHONES, TARGET, colours, css, phones } from "../scripts/tokens.mjs";

/** WCAG 2.2: the relative luminance of a colour. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** What is written on what. */
const PAIRS: [string, string[]][] = [
  ["text", ["bg", "surface", "raised", "brand-soft", "warn-soft", "bad-soft", "ok-soft", "info-soft"]],
  ["muted", ["bg", "surface", "raised", "bad-soft"]],
  ["brand", ["bg", "surface", "raised"]],
  ["on-brand", ["brand", "brand-hover"]],
  ["brand-ink", ["brand-soft", "surface"]],
  ["info", ["info-soft", "surface"]],
  ["ok", ["ok-soft", "surface"]],
  ["warn", ["warn-soft", "surface"]],
  ["bad", ["bad-soft", "surface", "bg"]],
  ["on-bad", ["bad", "bad-hover"]],
];

const MODES = ["light", "dark", "light-contrast", "dark-contrast"];

describe.each(MODES)("%s", (mode) => {
  const found = colours(mode);
  const of = (name: string) => found[name] ?? "";
  const least = mode.endsWith("contrast") ? 7 : 4.5;

  test("words can be read on everything that they stand on", () => {
    for (const [words, grounds] of PAIRS) {
      for (const ground of grounds) {
        expect(contrast(of(words), of(ground)), `${words} on ${ground}`).toBeGreaterThanOrEqual(least);
      }
    }
  });

  test("edges of controls and the focus can be seen", () => {
    for (const edge of ["line", "focus", "brand", "bad"]) {
      for (const ground of ["surface", "bg"]) {
        expect(contrast(of(edge), of(ground)), `${edge} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test("has every colour", () => {
    expect(Object.keys(found)).toEqual(Object.keys(colours("light")));
  });
});

test("the style sheet is that of the tokens", () => {
  expect(readFileSync(TARGET, "utf8"), "run `npm run tokens`").toBe(css());
  const styles = readFileSync(PHONES, "utf8");
  expect(styles, "run `npm run tokens`").toBe(phones(styles));
});

// @vitest-environment node
import { describe, expect, test } from "vitest";

import { BRAND, MODES, MOST_CHROMA, brand, brandCss, isColour, leastOf, near, toneOf, tokens } from "@/lib/brand";
import { css } from "../scripts/tokens.mjs";

/** WCAG 2.2, written once more: what is tested does not judge itself. */
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

/** Numbers that are the same each time (mulberry32), so that a colour that fails is found again. */
function* random(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    yield ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}

const numbers = random(20261128);
const hex = (byte: number) => Math.round(byte).toString(16).padStart(2, "0");
const any = () => `#${[0, 0, 0].map(() => hex((numbers.next().value as number) * 255)).join("")}`;

/** The corners and the middles of the cube, greys, what clinics like, and three hundred of any kind. */
const COLOURS = [
  ...[0, 128, 255].flatMap((r) => [0, 128, 255].flatMap((g) => [0, 128, 255].map((b) => `#${hex(r)}${hex(g)}${hex(b)}`))),
  ...["#010101", "#fefefe", "#0f6b63", "#0F766E", "#e11d48", "#facc15", "#7c3aed", "#25d366", "#1877f2", "#f5e6d3"],
  ...Array.from({ length: 300 }, any),
];

/** What is written on what in the brand's colours; the rest is the tokens' own test. */
const PAIRS: [string, string[]][] = [
  ["brand", ["bg", "surface", "raised"]],
  ["on-brand", ["brand", "brand-hover"]],
  ["brand-ink", ["brand-soft", "surface"]],
  ["text", ["brand-soft"]],
];

describe.each(MODES)("a clinic's colour in the mode %s", (mode) => {
  test("can be read on everything, whichever it is", () => {
    for (const colour of COLOURS) {
      const found: Record<string, string> = { ...tokens(mode), ...brand(colour, mode) };
      const of = (name: string) => found[name] ?? "";
      for (const [words, grounds] of PAIRS) {
        for (const ground of grounds) {
          expect(contrast(of(words), of(ground)), `${colour}: ${words} on ${ground}`).toBeGreaterThanOrEqual(leastOf(mode));
        }
      }
      for (const ground of ["bg", "surface"]) {
        expect(contrast(of("focus"), of(ground)), `${colour}: focus on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test("keeps its hue, is not too strong, and shows where the hand is", () => {
    for (const colour of COLOURS) {
      const made = brand(colour, mode);
      const [given, shown] = [toneOf(colour), toneOf(made.brand)];
      expect(shown.c, colour).toBeLessThanOrEqual(MOST_CHROMA + 0.004);
      // Of what is nearly grey, black or white the hue cannot be seen, nor kept in bytes.
      if (given.c > 0.05 && shown.c > 0.04) {
        const apart = Math.abs(Math.atan2(Math.sin(given.h - shown.h), Math.cos(given.h - shown.h)));
        expect(apart, `${colour} became ${made.brand}`).toBeLessThan(0.09);
      }
      expect(made["brand-hover"], colour).not.toBe(made.brand);
      expect(Math.abs(toneOf(made["brand-hover"]).l - shown.l), colour).toBeGreaterThan(0.02);
      for (const name of BRAND) expect(isColour(made[name]), `${colour}: ${name}`).toBe(true);
    }
  });

  test("leaves a colour alone that is fit already", () => {
    const fit = brand("#0f6b63", mode);
    expect(brand(fit.brand, mode).brand).toBe(fit.brand);
  });
});

test("touches nothing but the brand: the colours of states stay", () => {
  const named = new Set([...brandCss("#e11d48").matchAll(/--([\w-]+):/g)].map(([, name]) => name));
  expect([...named].sort()).toEqual([...BRAND].sort());
  for (const state of ["bad", "ok", "warn", "info"]) expect([...named].join(" ")).not.toContain(state);
});

test("has the same selectors as the tokens, in the same order", () => {
  const selectors = (text: string) => text.replace(/\s+/g, "").match(/@media[^{]+|:root[^{]*/g);
  expect(selectors(brandCss("#7c3aed"))).toEqual(selectors(css()));
});

test("says which states a colour looks like", () => {
  expect(near("#d32f2f")).toEqual(["bad"]);
  expect(near("#2e7d32")).toEqual(["ok"]);
  expect(near("#1877f2")).toEqual([]);
  expect(near("#777777")).toEqual([]);
});

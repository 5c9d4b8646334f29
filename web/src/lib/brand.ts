/**
 * A clinic's one colour, made fit to read: its hue stays, its strength is kept down (OKLCH chroma of at most 0.12), and its
 * lightness moves until words of it can be read on everything that they stand on, and words on it, too. What else is drawn in
 * the brand follows from it. The colours of states are never the brand's.
 */

import { colour as dark } from "../../tokens/dark.tokens.json";
import { colour as darkContrast } from "../../tokens/dark-contrast.tokens.json";
import { colour as light } from "../../tokens/light.tokens.json";
import { colour as lightContrast } from "../../tokens/light-contrast.tokens.json";

export const MODES = ["light", "dark", "light-contrast", "dark-contrast"] as const;
export type Mode = (typeof MODES)[number];

export const BRAND = ["brand", "brand-hover", "on-brand", "brand-soft", "brand-ink", "focus"] as const;
type Brand = Record<(typeof BRAND)[number], string>;

type Token = { $value: string };
const TOKENS: Record<Mode, Record<string, Token | string>> = {
  light,
  dark,
  "light-contrast": lightContrast,
  "dark-contrast": darkContrast,
};

/** All colours of a mode, as they are without a clinic's own. */
export function tokens(mode: Mode): Record<string, string> {
  const named = Object.entries(TOKENS[mode]).filter((entry): entry is [string, Token] => typeof entry[1] === "object");
  return Object.fromEntries(named.map(([name, token]) => [name, token.$value]));
}

/** OKLCH: lightness 0 to 1, chroma, hue in radians. */
interface Tone {
  l: number;
  c: number;
  h: number;
}

/** So strong a brand may be: beyond it large areas tire the eyes, and states stand out less. */
export const MOST_CHROMA = 0.12;

/** `#0f6b63`, in capital or small letters. */
export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

const linear = (share: number) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
const gamma = (share: number) => (share <= 0.0031308 ? share * 12.92 : 1.055 * share ** (1 / 2.4) - 0.055);

function channels(hex: string): [number, number, number] {
  const at = (start: number) => linear(Number.parseInt(hex.slice(start, start + 2), 16) / 255);
  return [at(1), at(3), at(5)];
}

/** After Björn Ottosson, "A perceptual color space for image processing". */
export function toneOf(hex: string): Tone {
  const [r, g, b] = channels(hex);
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const middle = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const l = 0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short;
  const a = 1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short;
  const bee = 0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short;
  return { l, c: Math.hypot(a, bee), h: Math.atan2(bee, a) };
}

function shares({ l, c, h }: Tone): [number, number, number] {
  const a = c * Math.cos(h);
  const b = c * Math.sin(h);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

/** The tone as screens show it; one that they cannot show gets weaker until they can. */
function hex(tone: Tone): string {
  let shown = tone;
  const fits = (one: Tone) => shares(one).every((share) => share >= -0.0005 && share <= 1.0005);
  while (!fits(shown) && shown.c > 0.001) shown = { ...shown, c: shown.c * 0.97 };
  const bytes = shares(shown).map((share) => Math.round(gamma(Math.min(1, Math.max(0, share))) * 255));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function luminance(colour: string): number {
  const [r, g, b] = channels(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** What words need on what they stand on. */
export const leastOf = (mode: Mode) => (mode.endsWith("contrast") ? 7 : 4.5);

const STEP = 0.004;

/** Moves the lightness away from the grounds until the tone can be read on all of them. */
function readable(tone: Tone, grounds: string[], least: number, away: 1 | -1): Tone {
  let moved = { ...tone, l: Math.min(1, Math.max(0, tone.l)) };
  const reads = () => grounds.every((ground) => contrast(hex(moved), ground) >= least);
  const end = away === 1 ? 1 : 0;
  while (!reads() && moved.l !== end) moved = { ...moved, l: Math.min(1, Math.max(0, moved.l + away * STEP)) };
  return moved;
}

/** What a mode's brand is made of: where its soft ground lies, and how much lighter or darker hover and ink are. */
const SHAPE: Record<Mode, { soft: Tone; on: Tone; away: 1 | -1 }> = {
  light: { soft: { l: 0.945, c: 0.03, h: 0 }, on: { l: 1, c: 0, h: 0 }, away: -1 },
  dark: { soft: { l: 0.32, c: 0.045, h: 0 }, on: { l: 0.2, c: 0.035, h: 0 }, away: 1 },
  "light-contrast": { soft: { l: 0.96, c: 0.02, h: 0 }, on: { l: 1, c: 0, h: 0 }, away: -1 },
  "dark-contrast": { soft: { l: 0.26, c: 0.035, h: 0 }, on: { l: 0.12, c: 0.02, h: 0 }, away: 1 },
};

/** How far a hand's being there, and ink, are from the brand. */
const AWAY = 0.065;

/** The brand of one mode, from the colour that the clinic gave. */
export function brand(colour: string, mode: Mode): Brand {
  const { soft, on, away } = SHAPE[mode];
  const least = leastOf(mode);
  const grounds = tokens(mode);
  const of = (name: string) => grounds[name] ?? "";
  const given = toneOf(colour);
  const tone = { ...given, c: Math.min(given.c, MOST_CHROMA) };
  const at = (shape: Tone): Tone => ({ l: shape.l, c: Math.min(shape.c, tone.c), h: tone.h });

  const onBrand = hex(at(on));
  const paper = [of("bg"), of("surface"), of("raised")];
  const main = readable(tone, [...paper, onBrand], least, away);
  // At the end of the scale there is nowhere to go but back; there words on it have contrast to spare.
  const further = main.l + away * AWAY;
  const hover = further > 0.06 && further < 0.985 ? further : main.l - away * AWAY * 1.5;
  const ground = hex(at(soft));
  const ink = readable({ ...main, l: main.l + away * AWAY }, [ground, of("surface")], least, away);
  return {
    brand: hex(main),
    "brand-hover": hex(readable({ ...main, l: hover }, [onBrand], least, away)),
    "on-brand": onBrand,
    "brand-soft": ground,
    "brand-ink": hex(ink),
    focus: hex(ink),
  };
}

/** States whose colour the clinic's comes near: they are told apart by their picture and their word. */
export function near(colour: string): ("bad" | "warn" | "ok")[] {
  const tone = toneOf(colour);
  if (tone.c < 0.04) return [];
  const states = ["bad", "warn", "ok"] as const;
  const apart = (one: Tone, other: Tone) => Math.abs(Math.atan2(Math.sin(one.h - other.h), Math.cos(one.h - other.h)));
  return states.filter((state) => apart(tone, toneOf(tokens("light")[state] ?? "")) < 0.22);
}

const block = (selector: string, mode: Mode, colour: string) => {
  const found = brand(colour, mode);
  return `${selector}{${BRAND.map((name) => `--${name}:${found[name]}`).join(";")}}`;
};

/** The style sheet with a clinic's brand, of the same form as that of the tokens. */
export function brandCss(colour: string): string {
  const system = ":root:not([data-theme])";
  const chosen = ':root[data-theme="dark"]';
  return [
    block(":root", "light", colour),
    `@media (prefers-color-scheme:dark){${block(system, "dark", colour)}}`,
    block(chosen, "dark", colour),
    `@media (prefers-contrast:more){${block(":root", "light-contrast", colour)}${block(chosen, "dark-contrast", colour)}}`,
    `@media (prefers-contrast:more) and (prefers-color-scheme:dark){${block(system, "dark-contrast", colour)}}`,
  ].join("\n");
}

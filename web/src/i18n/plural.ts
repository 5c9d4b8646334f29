import { number, pluralOf } from "@/lib/format";

/** All six forms of Arabic. `#` stands for the number. */
interface ArabicForms {
  zero: string;
  one: string;
  two: string;
  few: string;
  many: string;
  other: string;
}

/** The two forms of English, and what is said of none. */
interface EnglishForms {
  zero?: string;
  one: string;
  other: string;
}

export function pluralAr(n: number, forms: ArabicForms): string {
  return forms[pluralOf("ar", n)].replace("#", number(n));
}

export function pluralEn(n: number, forms: EnglishForms): string {
  const form = n === 0 && forms.zero !== undefined ? forms.zero : n === 1 ? forms.one : forms.other;
  return form.replace("#", number(n));
}

import { folded } from "./digits";

/** A text as people mean it when they search: without marks, and with the letters that are mixed up as one. */
export function searchable(text: string): string {
  return folded(text)
    .normalize("NFKC")
    .replace(/[\u064b-\u065f\u0670\u0640]/g, "")
    .replace(/[أإآٱ]/g, "ا")
    .replace(/ة/g, "ه")
    .replace(/[ىی]/g, "ي")
    .replace(/ک/g, "ك")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

import { digitsOf, folded } from "@/lib/digits";

/** Letters that are written in several ways and mean one. */
function plain(text: string): string {
  return folded(text)
    .toLowerCase()
    .replace(/[\u064b-\u0652\u0640]/g, "")
    .replace(/[أإآٱ]/g, "ا")
    .replace(/ى/g, "ي")
    .replace(/ة/g, "ه");
}

/** Those whose name or number has what was typed. */
export function found<T extends { fullName: string; phoneNumber: string }>(all: T[], typed: string): T[] {
  const wanted = plain(typed.trim());
  if (wanted === "") return all;
  const digits = /\p{L}/u.test(wanted) ? "" : digitsOf(wanted).replace(/^0+/, "");
  return all.filter(
    ({ fullName, phoneNumber }) => plain(fullName).includes(wanted) || (digits !== "" && digitsOf(phoneNumber).includes(digits)),
  );
}

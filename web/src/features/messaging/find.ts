import { digitsOf } from "@/lib/digits";
import { searchable } from "@/lib/fold";

/** Those whose name or number has what was typed. */
export function found<T extends { fullName: string; phoneNumber: string }>(all: T[], typed: string): T[] {
  const wanted = searchable(typed);
  if (wanted === "") return all;
  const digits = /\p{L}/u.test(wanted) ? "" : digitsOf(wanted).replace(/^0+/, "");
  return all.filter(
    ({ fullName, phoneNumber }) => searchable(fullName).includes(wanted) || (digits !== "" && digitsOf(phoneNumber).includes(digits)),
  );
}

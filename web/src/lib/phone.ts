import { folded } from "./digits";

/** Whether somebody who searches may mean a phone number: many digits and no letter. */
export function mayBePhone(text: string): boolean {
  const plain = folded(text);
  return plain.replace(/\D/g, "").length >= 7 && !/\p{L}/u.test(plain);
}

/** `+966501234567` in groups, as it is read aloud. What is masked or of another form stays. */
export function grouped(phone: string): string {
  const saudi = /^\+966(\d{2})(\d{3})(\d{4})$/.exec(phone);
  if (saudi) return `+966 ${saudi[1]} ${saudi[2]} ${saudi[3]}`;
  const other = /^\+(\d{1,3})(\d{3})(\d{3})(\d{3,4})$/.exec(phone);
  return other ? `+${other[1]} ${other[2]} ${other[3]} ${other[4]}` : phone;
}

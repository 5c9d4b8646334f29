const ZEROES = [0x0660, 0x06f0];

/** The digits of Arabic and Persian keyboards as 0 to 9; everything else stays. */
export function folded(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => {
    const code = digit.charCodeAt(0);
    const zero = ZEROES.find((zero) => code >= zero && code < zero + 10) ?? code;
    return String(code - zero);
  });
}

/** Only the digits of a text, in any script, as 0 to 9. */
export function digitsOf(text: string): string {
  return folded(text).replace(/\D/g, "");
}

/** A whole number as it was typed; none if it is no number. */
export function wholeNumber(text: string): number | undefined {
  const plain = folded(text).trim();
  return /^\d{1,9}$/.test(plain) ? Number(plain) : undefined;
}

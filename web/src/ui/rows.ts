import { useEffect, useRef, type RefObject } from "react";

interface Rows<E extends HTMLElement> {
  /** Around the rows, each with a button that has `data-remove`, and around what adds one, which has `data-add`. */
  box: RefObject<E | null>;
  /** Its row goes away: the focus goes to the next one, or the one before, or to what adds one; there, too, if it is of no row and goes away alone. */
  leave: (button: HTMLElement) => void;
  /** What was open in a row is closed: the focus goes back to the button that has this as `data-edit`, or to what adds one. */
  back: (row: string) => void;
}

/** Rows that come and go under the hands of whoever uses the keyboard: the focus is never lost with one. */
export function useRows<E extends HTMLElement = HTMLDivElement>(): Rows<E> {
  const box = useRef<E>(null);
  const next = useRef<() => HTMLElement | undefined>(undefined);
  useEffect(() => {
    const find = next.current;
    next.current = undefined;
    find?.()?.focus();
  });
  const all = (selector: string) =>
    [...(box.current?.querySelectorAll<HTMLElement>(selector) ?? [])].filter((one) => !one.closest("details:not([open])"));
  const add = () => all("[data-add]")[0];
  return {
    box,
    leave: (button) => {
      const at = all("[data-remove]").indexOf(button);
      next.current = () => {
        const left = at < 0 ? [] : all("[data-remove]");
        return left[Math.min(at, left.length - 1)] ?? add();
      };
    },
    back: (row) => {
      next.current = () => all("[data-edit]").find((one) => one.dataset.edit === row) ?? add();
    },
  };
}

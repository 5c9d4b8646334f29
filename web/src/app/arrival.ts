import { useEffect, type RefObject } from "react";
import { useRouter } from "@tanstack/react-router";

/** Leads whoever follows by keyboard or ear to the page that has opened: to its heading, as soon as that is there. */
export function useArrival(main: RefObject<HTMLElement | null>): void {
  const router = useRouter();
  useEffect(() => {
    let stop: (() => void) | undefined;
    const leave = router.subscribe("onRendered", ({ pathChanged, fromLocation }) => {
      // What is chosen within a page is in its address, too; and who opens the app is at its beginning.
      if (!pathChanged || !fromLocation || !main.current) return;
      stop?.();
      stop = arrive(main.current);
    });
    return () => {
      leave();
      stop?.();
    };
  }, [router, main]);
}

const FIELDS = "input, textarea, select, [role=dialog] *";

/**
 * Focuses the heading, and what takes its place: a page that loads may have another one first. Whoever was led to a field, or
 * has gone elsewhere by then, stays there.
 */
export function arrive(main: HTMLElement): () => void {
  const { activeElement: from } = document;
  let heading: HTMLElement | undefined;
  const hasLeft = (at: Element | null) => {
    // A heading that is still there was left; with one that is gone the focus fell to nothing.
    if (heading?.isConnected) return at !== heading;
    if (!at || at === document.body) return false;
    return heading !== undefined || at !== from || at.matches(FIELDS);
  };
  const watch = new MutationObserver(() => look());
  const look = () => {
    if (hasLeft(document.activeElement)) {
      watch.disconnect();
      return;
    }
    const found = main.querySelector("h1");
    if (!found || found === heading) return;
    heading = found;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  };
  watch.observe(main, { childList: true, subtree: true });
  look();
  return () => watch.disconnect();
}

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

/** Focuses the heading; whoever was led to a field, or types by then, stays there. */
export function arrive(main: HTMLElement): () => void {
  const isThere = () => {
    if (document.activeElement?.matches("input, textarea, select, [role=dialog] *")) return true;
    const heading = main.querySelector("h1");
    if (!heading) return false;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    return true;
  };
  if (isThere()) return () => undefined;
  const watch = new MutationObserver(() => isThere() && watch.disconnect());
  watch.observe(main, { childList: true, subtree: true });
  return () => watch.disconnect();
}

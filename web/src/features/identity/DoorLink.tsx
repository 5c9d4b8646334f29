import type { MouseEvent, ReactNode } from "react";

import { goTo } from "./doors";

/** A way from one door to another. */
export function DoorLink({ to, children }: { to: string; children: ReactNode }) {
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={to + location.search} onClick={go} className="font-medium text-brand underline">
      {children}
    </a>
  );
}

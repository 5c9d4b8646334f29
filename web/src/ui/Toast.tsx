import { useEffect, useSyncExternalStore } from "react";
import { CircleCheck, CircleX, X } from "lucide-react";

import { useTexts } from "@/i18n/texts";

import { Button, IconButton } from "./Button";
import { Icon } from "./Icon";
import { common } from "./texts";

interface Toast {
  text: string;
  kind?: "done" | "problem";
  /** Takes back what was done. */
  undo?: { label: string; run: () => void };
}

interface Shown extends Toast {
  id: number;
}

const STAYS = 8_000;

let shown: Shown[] = [];
let last = 0;
const listeners = new Set<() => void>();

function become(next: Shown[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Says what happened. What went wrong stays until it is dismissed. */
export function toast(one: Toast): void {
  last += 1;
  // The newest of what was done is enough; problems wait until somebody has read them.
  become([...shown.filter((other) => other.kind === "problem").slice(-2), { ...one, id: last }]);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toasts() {
  const t = useTexts(common);
  const all = useSyncExternalStore(subscribe, () => shown);
  return (
    <section
      aria-label={t.notifications}
      className="pointer-events-none fixed start-0 end-0 bottom-34 z-30 flex flex-col items-center gap-2 px-3 md:start-auto md:end-6 md:bottom-6 md:w-100 md:px-0"
    >
      <div role="status" className="contents">
        {all.map((one) => (
          <One key={one.id} toast={one} />
        ))}
      </div>
    </section>
  );
}

function One({ toast: one }: { toast: Shown }) {
  const t = useTexts(common);
  const close = () => become(shown.filter((other) => other.id !== one.id));
  const stays = one.kind === "problem";
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(close, STAYS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="pointer-events-auto flex w-full max-w-md animate-[rise_.18s_var(--ease-out)] items-center gap-2 rounded-lg border border-hairline bg-surface py-1.5 ps-4 pe-1.5 shadow-lg">
      <Icon of={stays ? CircleX : CircleCheck} className={stays ? "text-bad" : "text-ok"} />
      <p className="min-w-0 flex-1 py-1.5 text-sm">{one.text}</p>
      {one.undo && (
        <Button
          look="quiet"
          size="sm"
          aria-label={one.undo.label}
          onClick={() => {
            one.undo?.run();
            close();
          }}
        >
          {t.undo}
        </Button>
      )}
      <IconButton icon={X} label={t.dismiss} onClick={close} className="size-9" />
    </div>
  );
}

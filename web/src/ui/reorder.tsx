/** Dragging within a list by a grip, with mouse, pen and finger. It is an extra: a menu moves the same things by keyboard. */

import { createContext, use, useCallback, useEffect, useRef, useState, type PointerEvent, type RefObject } from "react";
import { GripVertical } from "lucide-react";

import { cx } from "./cx";
import { Icon } from "./Icon";

type Begin = (event: PointerEvent<HTMLElement>) => void;

/** What a row's grip begins. */
export const Dragging = createContext<Begin | undefined>(undefined);

/** Where a row is taken hold of. In a list that has no order of its own it is not there. */
export function Grip() {
  const begin = use(Dragging);
  if (!begin) return null;
  return (
    <span
      aria-hidden
      data-grip
      onPointerDown={begin}
      className="-ms-2 -my-1 flex w-7 cursor-grab touch-none items-center justify-center self-stretch text-muted active:cursor-grabbing"
    >
      <Icon of={GripVertical} className="size-4" />
    </span>
  );
}

/** A row under a hand. */
interface Held {
  id: string;
  /** How far it was moved, in pixels. */
  by: number;
  /** Before which row it would come; as many as there are rows: after the last one. */
  gap: number;
  /** Where it was when it was let go: from then on it waits there for its new place. */
  dropped?: number;
}

/** The place, from 1, of what is taken from `from` (from 0) and put into a gap. */
export function placeOf(from: number, gap: number): number {
  return gap > from ? gap : gap + 1;
}

const EDGE = 48;

interface Options {
  scroller: RefObject<HTMLElement | null>;
  ids: string[];
  /** Which gap is nearest to a height within the list. */
  gapAt: (y: number) => number;
  /** Moves a row to a place, from 1; until it is done the row stays where it was dropped. */
  onMove: ((id: string, place: number) => Promise<unknown>) | undefined;
}

export function useReorder({ scroller, ids, gapAt, onMove }: Options) {
  const [held, setHeld] = useState<Held>();
  const end = useRef<() => void>(undefined);
  const now = useRef({ ids, gapAt, onMove });
  useEffect(() => {
    now.current = { ids, gapAt, onMove };
  });
  // Whoever leaves in the middle of it moves nothing.
  useEffect(() => () => end.current?.(), []);
  const begin = useCallback(
    (id: string, event: PointerEvent<HTMLElement>) => {
      const box = scroller.current;
      if (!box || event.button !== 0 || end.current) return;
      event.preventDefault();
      const start = event.clientY + box.scrollTop;
      let at = event.clientY;
      let gap = now.current.ids.indexOf(id);
      const follow = () => {
        const top = box.getBoundingClientRect().top;
        gap = now.current.gapAt(at - top + box.scrollTop);
        setHeld({ id, by: at + box.scrollTop - start, gap });
      };
      const move = (moved: globalThis.PointerEvent) => {
        at = moved.clientY;
        follow();
      };
      let frame = requestAnimationFrame(function scroll() {
        const { top, bottom } = box.getBoundingClientRect();
        const step = at < top + EDGE ? at - top - EDGE : at > bottom - EDGE ? at - bottom + EDGE : 0;
        const before = box.scrollTop;
        if (step !== 0) box.scrollTop += Math.max(-EDGE, Math.min(EDGE, step)) / 4;
        if (box.scrollTop !== before) follow();
        frame = requestAnimationFrame(scroll);
      });
      const stop = new AbortController();
      const leave = () => {
        cancelAnimationFrame(frame);
        stop.abort();
        end.current = undefined;
        setHeld(undefined);
      };
      const drop = () => {
        cancelAnimationFrame(frame);
        stop.abort();
        const from = now.current.ids.indexOf(id);
        const { onMove: moving } = now.current;
        if (!moving || from < 0 || gap === from || gap === from + 1) return leave();
        setHeld((last) => last && { ...last, dropped: from });
        void moving(id, placeOf(from, gap)).finally(leave);
      };
      end.current = leave;
      const { signal } = stop;
      window.addEventListener("pointermove", move, { signal });
      window.addEventListener("pointerup", drop, { signal });
      window.addEventListener("pointercancel", leave, { signal });
      window.addEventListener("keydown", (key) => key.key === "Escape" && leave(), { signal });
    },
    [scroller],
  );
  return { held, begin };
}

/** Where what is held would come. */
export function DropLine({ at }: { at: number }) {
  return <li aria-hidden className="pointer-events-none absolute inset-x-0 z-20 h-0.5 rounded-full bg-brand" style={{ top: at }} />;
}

export function heldClass(held: boolean): string {
  return cx("absolute inset-x-0 top-0", held && "z-10 rounded-lg shadow-lg");
}

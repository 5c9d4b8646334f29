import { memo, useCallback, useMemo, useRef, type PointerEvent, type ReactNode } from "react";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";

import { cx } from "./cx";
import { Dragging, DropLine, heldClass, useReorder } from "./reorder";

export interface VirtualListProps<T> {
  label: string;
  items: T[];
  /** What tells rows apart; the same function every time: with another one each of thousands is measured anew at every step of scrolling. */
  idOf: (item: T) => string;
  children: (item: T, index: number) => ReactNode;
  /** A row's usual height in pixels. */
  height: number;
  className?: string;
  /** Moves a row to a place, from 1. Rows are dragged by their `Grip`. */
  onMove?: ((item: T, place: number) => Promise<unknown>) | undefined;
}

const GAP = 8;

/** A list that scrolls by itself and draws only what is in sight, so that 5,000 rows are as quick as 50. */
export function VirtualList<T>({ label, items, idOf, children, height, className, onMove }: VirtualListProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const ids = useMemo(() => items.map(idOf), [items, idOf]);
  const keyOf = useCallback((index: number) => ids[index] as string, [ids]);
  const kept = useRef<string>(undefined);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: keyOf,
    overscan: 6,
    gap: GAP,
    // What is held stays, however far it is carried.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const index = kept.current === undefined ? -1 : ids.indexOf(kept.current);
      return index < 0 || shown.includes(index) ? shown : [...shown, index].sort((one, other) => one - other);
    },
  });
  const { held, begin } = useReorder({
    scroller,
    ids,
    gapAt: (y) => {
      const row = rows.getVirtualItemForOffset(y);
      if (!row) return 0;
      return y > row.start + row.size / 2 ? row.index + 1 : row.index;
    },
    onMove:
      onMove &&
      ((id, place) => {
        const item = items[ids.indexOf(id)];
        return item === undefined ? Promise.resolve() : onMove(item, place);
      }),
  });
  kept.current = held?.id;
  const edge = held && rows.measurementsCache[held.gap];
  return (
    // Without a control in it nobody could scroll it by keyboard, unless it takes the focus itself.
    <div ref={scroller} tabIndex={0} className={cx("overflow-y-auto pb-px -outline-offset-2", className)}>
      <ul aria-label={label} className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const isHeld = held?.id === row.key && (held.dropped ?? row.index) === row.index;
          return (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              className={heldClass(isHeld)}
              style={{ transform: `translateY(${row.start + (isHeld ? held.by : 0)}px)` }}
            >
              <Row id={String(row.key)} item={items[row.index] as T} index={row.index} draw={children} begin={onMove && begin} />
            </li>
          );
        })}
        {held && <DropLine at={Math.max(0, (edge ? edge.start : rows.getTotalSize() + GAP) - GAP / 2 - 1)} />}
      </ul>
    </div>
  );
}

interface RowProps<T> {
  id: string;
  item: T;
  index: number;
  draw: (item: T, index: number) => ReactNode;
  begin: ((id: string, event: PointerEvent<HTMLElement>) => void) | undefined;
}

function DrawnRow<T>({ id, item, index, draw, begin }: RowProps<T>) {
  const drag = useMemo(() => begin && ((event: PointerEvent<HTMLElement>) => begin(id, event)), [id, begin]);
  return <Dragging value={drag}>{draw(item, index)}</Dragging>;
}

/** What is in a row. The list is drawn anew at each step of scrolling, and for each height that turns out other than thought; its rows are not. */
const Row = memo(DrawnRow) as typeof DrawnRow;

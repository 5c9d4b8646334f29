import { GridList, GridListItem, ListLayout, Virtualizer, useDragAndDrop } from "react-aria-components";

import type { VirtualListProps } from "@/ui/VirtualList";

export type { VirtualListProps };

interface Row<T> {
  id: string;
  item: T;
  at: number;
}

export function VirtualList<T>({ label, items, idOf, children, height, className, onMove }: VirtualListProps<T>) {
  const rows: Row<T>[] = items.map((item, at) => ({ id: idOf(item), item, at }));
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (all) => [...all].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const moved = rows.find((row) => keys.has(row.id));
      const place = rows.findIndex((row) => row.id === target.key) + 1;
      if (moved) void onMove?.(moved.item, place);
    },
  });
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: height, gap: 8 }}>
      <GridList aria-label={label} items={rows} dragAndDropHooks={dragAndDropHooks} className={`block overflow-auto ${className ?? ""}`}>
        {(row) => <GridListItem textValue={row.id}>{children(row.item, row.at)}</GridListItem>}
      </GridList>
    </Virtualizer>
  );
}

/** Inserts one row into 5,000: our list beside React Aria's own virtual one, with the same rows. */

import "../src/styles/app.css";

import { useState } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { GridList, GridListItem, ListLayout, Virtualizer } from "react-aria-components";

import { VirtualList } from "@/ui/VirtualList";

interface Row {
  id: string;
  name: string;
}

const all: Row[] = Array.from({ length: 5_000 }, (_, n) => ({ id: `t${n}`, name: `مريض ${n + 1}` }));
let insert: (row: Row) => void = () => undefined;

function Card({ row }: { row: Row }) {
  return (
    <article className="flex h-16 items-center gap-3 rounded-lg border border-hairline bg-surface p-3">
      <p className="text-3xl font-bold">{row.id}</p>
      <h3>{row.name}</h3>
    </article>
  );
}

const idOf = (row: (typeof all)[number]) => row.id;

function Lists({ which }: { which: string }) {
  const [rows, setRows] = useState(all);
  insert = (row) => setRows((before) => [...before.slice(0, 10), row, ...before.slice(10)]);
  if (which === "ours") {
    return (
      <VirtualList label="rows" items={rows} idOf={idOf} height={64} className="h-[700px]">
        {(row) => <Card row={row} />}
      </VirtualList>
    );
  }
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: 64, gap: 8 }}>
      <GridList aria-label="rows" items={rows} style={{ height: 700, overflow: "auto", display: "block" }}>
        {(row) => (
          <GridListItem textValue={row.name}>
            <Card row={row} />
          </GridListItem>
        )}
      </GridList>
    </Virtualizer>
  );
}

const root = createRoot(document.getElementById("app") as HTMLElement);
Object.assign(window, {
  mount: (which: string) => {
    const begun = performance.now();
    flushSync(() => root.render(<Lists which={which} />));
    document.body.getBoundingClientRect();
    return performance.now() - begun;
  },
  /** Until the row is drawn. */
  insertOne: async (n: number) => {
    const begun = performance.now();
    flushSync(() => insert({ id: `new${n}`, name: `جديد ${n}` }));
    document.body.getBoundingClientRect();
    const done = performance.now() - begun;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return done;
  },
});

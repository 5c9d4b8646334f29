import { callForFile } from "@/api/client";
import { exportAudit } from "@/api/generated";

import { asked, type Filter } from "./queries";

/** Lines of comma-separated values; within quotes a line's end is none. */
function rowsOf(text: string): number {
  return text.replace(/"[^"]*"/g, "").split("\n").filter(Boolean).length;
}

interface File {
  text: string;
  rows: number;
}

/** All entries that are asked for, as one file. */
export async function gather(filter: Filter, onRows: (rows: number) => void, signal: AbortSignal): Promise<File> {
  let rows = 0;
  const text = await callForFile(exportAudit, { query: asked(filter), signal }, (part) => {
    rows += rowsOf(part) - 1;
    onRows(rows);
  });
  return { text, rows };
}

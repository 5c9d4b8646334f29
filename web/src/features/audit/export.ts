import { callForText } from "@/api/client";
import { exportAudit } from "@/api/generated";

import { asked, type Filter } from "./queries";

/** Lines of comma-separated values; within quotes a line's end is none. */
export function rowsOf(text: string): number {
  return text.replace(/"[^"]*"/g, "").split("\n").filter(Boolean).length;
}

/** A part without the line of names, which only the first one keeps. */
export function withoutHead(text: string): string {
  return text.slice(text.indexOf("\n") + 1);
}

export interface File {
  text: string;
  rows: number;
}

/** All entries that are asked for, part by part, as one file. */
export async function gather(filter: Filter, onRows: (rows: number) => void, signal: AbortSignal): Promise<File> {
  const parts: string[] = [];
  let rows = 0;
  for (let page: string | undefined; ; ) {
    const part = await callForText(exportAudit, { query: { ...asked(filter), ...(page && { page }) }, signal });
    rows += rowsOf(part.text) - 1;
    parts.push(parts.length === 0 ? part.text : withoutHead(part.text));
    onRows(rows);
    page = part.next;
    if (!page) return { text: parts.join(""), rows };
  }
}

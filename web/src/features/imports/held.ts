/** The file that was chosen last, as long as the page is open: going back, or choosing another sheet of it, needs no second choice. */

interface Held {
  upload: string;
  file: Blob;
  name: string | undefined;
}

let held: Held | undefined;

export function hold(upload: string, file: Blob, name: string | undefined): void {
  held = { upload, file, name };
}

/** The file of an upload; the one that is open, if none is named. */
export function heldFile(upload: string | undefined): Held | undefined {
  return upload === undefined || held?.upload === upload ? held : undefined;
}

/** It was imported: nobody goes on with it. */
export function letGo(upload: string): void {
  if (held?.upload === upload) held = undefined;
}

/** The largest body that the API takes. */
export const MOST_BYTES = 4 * 1024 * 1024;

const TABS = "text/tab-separated-values";

/** A file as it is sent. What it is, the API tells from its bytes; browsers call spreadsheets by many names, some unknown to it. */
export function sendable(file: File): Blob {
  return new Blob([file], { type: /\.tsv$/i.test(file.name) ? TABS : "application/octet-stream" });
}

/** What was copied out of a spreadsheet: cells with tabs between them. One line is no list. */
export function pastedTable(text: string): Blob | undefined {
  const isTable = text.trim().includes("\n") && /[\t,;]/.test(text);
  return isTable ? new Blob([text], { type: text.includes("\t") ? TABS : "text/csv" }) : undefined;
}

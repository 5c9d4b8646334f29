import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The sources with one of these endings: their paths below `src`, and their texts. */
export function sources(...endings: string[]): { path: string; text: string }[] {
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const wanted = names.filter((name) => endings.some((ending) => name.endsWith(ending)));
  return wanted.sort().map((path) => ({ path, text: readFileSync(join(root, "src", path), "utf8") }));
}

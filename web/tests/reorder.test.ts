import { expect, test } from "vitest";

import { placeOf } from "@/ui/reorder";

test("a gap is the place that a row has once it is taken out of where it was", () => {
  const row = ["a", "b", "c", "d", "e"];
  for (let from = 0; from < row.length; from += 1) {
    for (let gap = 0; gap <= row.length; gap += 1) {
      const marked: string[] = [...row.slice(0, gap), "|", ...row.slice(gap)];
      const moved = marked.filter((one) => one !== row[from]).map((one) => (one === "|" ? (row[from] as string) : one));
      expect(placeOf(from, gap), `${from} into ${gap}`).toBe(moved.indexOf(row[from] as string) + 1);
    }
  }
});

import { expect, test } from "vitest";

import { searchable } from "@/lib/fold";

test("names are found however they are written", () => {
  for (const written of ["أحمد", "احمد", "إحمد", "أَحْمَد", "احـــمد"]) expect(searchable(written)).toBe("احمد");
  expect(searchable("فاطمة")).toBe(searchable("فاطمه"));
  expect(searchable("ليلى")).toBe(searchable("ليلي"));
  expect(searchable("  Maria   SANTOS ")).toBe("maria santos");
  expect(searchable("٠٥٠")).toBe("050");
  expect(searchable("سالم")).not.toBe(searchable("سليم"));
});

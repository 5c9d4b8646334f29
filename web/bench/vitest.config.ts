import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("../src", import.meta.url)) } },
  test: { include: ["bench/*.bench.ts"], environment: "node", testTimeout: 900_000, hookTimeout: 1_800_000, fileParallelism: false },
});

import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

/** Takes the pictures of `docs/screens`: `npm run screens`. */
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("../src", import.meta.url)) } },
  test: { include: ["e2e/screens.shots.ts"], environment: "node", testTimeout: 900_000, hookTimeout: 300_000 },
});

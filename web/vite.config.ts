import { fileURLToPath } from "node:url";

import optimizeLocales from "@react-aria/optimize-locales-plugin";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { early, groups } from "./scripts/chunks.ts";
import { compress } from "./scripts/compress.ts";

/** Where the API answers while the app is developed: `cargo run`. */
const api = process.env.DAWR_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), tailwind(), { ...optimizeLocales.vite({ locales: ["ar-AE", "en-US"] }), enforce: "pre" }, early(), compress()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  server: { host: "127.0.0.1", proxy: { "/api": api, "/simulator": api, "/health": api } },
  build: {
    // Browsers that know Tailwind's cascade layers.
    target: ["chrome111", "safari16.4", "firefox128"],
    manifest: true,
    // A font or a picture within a script would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
    // It would start itself with an inline script.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups } } },
  },
});

/**
 * The queue's screen made the usual way: the same screen and sources, but every widget is React Aria's, named from its whole with all
 * languages of its words. In one script with all that the screen may open (`--mode whole`); or with our own way of loading what is opened
 * when it is opened, and the bundler's way of making files of it (`--mode split`). The door is apart in both.
 */

import { fileURLToPath } from "node:url";

import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const INSTEAD: Record<string, string> = {
  [here("../src/ui/Button.tsx")]: here("usual/Button.tsx"),
  [here("../src/ui/Field.tsx")]: here("usual/Field.tsx"),
  [here("../src/ui/FilterChips.tsx")]: here("usual/FilterChips.tsx"),
  [here("../src/ui/Tabs.tsx")]: here("usual/Tabs.tsx"),
  [here("../src/ui/VirtualList.tsx")]: here("usual/VirtualList.tsx"),
  [here("../src/app/router.tsx")]: here("usual/router.tsx"),
};

function usual(): Plugin {
  return {
    name: "usual",
    enforce: "pre",
    async resolveId(source, importer) {
      if (/^react-aria-components\//.test(source)) return this.resolve("react-aria-components", importer);
      const found = await this.resolve(source, importer, { skipSelf: true });
      const other = found && INSTEAD[found.id];
      return other && importer !== other ? other : found;
    },
  };
}

export default defineConfig(({ mode }) => ({
  root: here("../"),
  plugins: [usual(), react(), tailwind()],
  resolve: { alias: { "@": here("../src") } },
  build: {
    outDir: here(`../dist-bench/${mode}`),
    emptyOutDir: true,
    target: ["chrome111", "safari16.4", "firefox128"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    ...(mode === "whole" && { rolldownOptions: { output: { codeSplitting: { groups: [{ name: "all", test: (id: string) => !id.includes("/features/identity/") }] } } } }),
  },
}));

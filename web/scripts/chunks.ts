import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** What is asked of a build's graph here. */
interface Graph {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null;
}

const idOf = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** All that modules of ours need before they run, themselves too. */
function reached(graph: Graph, ...paths: string[]): Set<string> {
  const found = new Set<string>();
  const left = paths.map(idOf);
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    left.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

const START = "main.tsx";
const DOOR = ["features/identity/Door.tsx", "features/identity/ar.ts", "features/identity/en.ts"];
const APP = "app/App.tsx";
/** Small, and in nearly every page. */
const USUAL = ["ui/Tabs.tsx", "ui/Menu.tsx", "ui/Status.tsx", "ui/Num.tsx", "lib/plural.ts"];

/**
 * Into which file a module goes that the door and the app's frame need, or the frame alone; null leaves it where the bundler puts it. Left alone, the
 * bundler makes a file for each set of pages that share something: seventy small ones for a first look at a queue, which come six at a time.
 */
function frame(): (id: string, graph: Graph) => string | null {
  let found: { start: Set<string>; door: Set<string>; frame: Set<string> } | undefined;
  return (id, graph) => {
    found ??= { start: reached(graph, START), door: reached(graph, ...DOOR), frame: reached(graph, APP, ...USUAL) };
    if (found.start.has(id) || !found.frame.has(id) || id === idOf(APP)) return null;
    return found.door.has(id) ? "both" : "frame";
  };
}

export const groups = [
  // An icon alone would be a file of three hundred bytes. They are named by a barrel, so that the graph does not say who needs which.
  { name: "icons", test: /node_modules\/lucide-react\//, minShareCount: 2 },
  { name: frame(), debugName: "frame" },
];

/**
 * Names the files of the app's frame in the page, for `boot.js`: whoever is signed in has them fetched beside the first script, and not after it.
 */
export function early(): Plugin {
  return {
    name: "early",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle, chunk: start }) {
        const chunks = Object.values(bundle ?? {}).filter((file) => file.type === "chunk");
        const app = chunks.find(({ facadeModuleId }) => facadeModuleId === idOf(APP));
        if (!app || !start) throw new Error("the app's frame is not in the build");
        const known = new Set([start.fileName, ...start.imports]);
        const frame = [app.fileName, ...app.imports].filter((file) => !known.has(file));
        return html.replace('<script src="/boot.js"', (tag) => `${tag} data-frame="${frame.map((file) => `/${file}`).join(" ")}"`);
      },
    },
  };
}

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
/** Runs before the rest, and so is a file of its own with what it needs. */
const FIRST = "first.ts";
const DOOR = ["features/identity/Door.tsx", "features/identity/ar.ts", "features/identity/en.ts"];
const APP = "app/App.tsx";
/** Small, and in nearly every page. */
const USUAL = ["ui/Tabs.tsx", "ui/Menu.tsx", "ui/Status.tsx", "ui/Num.tsx", "i18n/plural.ts"];

/** Pages on which a day begins, by their paths: what they load, and the areas of their words. */
const PAGES = [
  { path: "^/$", page: "features/home/HomePage.tsx", areas: ["features/home"] },
  { path: "^/queues/[^/]+$", page: "features/queues/QueuePage.tsx", areas: ["features/queues"] },
  { path: "^/patients$", page: "features/patients/PatientsPage.tsx", areas: ["features/patients", "features/queues"] },
];

/**
 * Into which file a module goes that is needed first, by the first script, by the door and the app's frame, or by the frame alone; null leaves it
 * where the bundler puts it. Left alone, the bundler makes a file for each set of pages that share something: seventy small ones for a first look at
 * a queue, which come six at a time.
 */
function frame(): (id: string, graph: Graph) => string | null {
  let found: Record<"first" | "start" | "door" | "frame", Set<string>> | undefined;
  return (id, graph) => {
    found ??= { first: reached(graph, FIRST), start: reached(graph, START), door: reached(graph, ...DOOR), frame: reached(graph, APP, ...USUAL) };
    if (found.first.has(id)) return "first";
    // The styles stay with the script that the page begins with, and so in the page.
    if (found.start.has(id)) return id === idOf(START) || id.endsWith(".css") ? null : "start";
    if (!found.frame.has(id) || id === idOf(APP)) return null;
    return found.door.has(id) ? "both" : "frame";
  };
}

export const groups = [
  // An icon alone would be a file of three hundred bytes. They are named by a barrel, so that the graph does not say who needs which. React is
  // with them: they need it, and the first script needs both.
  { name: "icons", test: /node_modules\/(lucide-react|react)\//, minShareCount: 2 },
  { name: frame(), debugName: "frame" },
];

/** What `boot.js` has fetched beside the first script, for whoever is signed in: the app's frame, its words, and the page that is asked for. */
export interface Early {
  frame: string[];
  words: Words;
  pages: ({ path: string; files: string[] } & Words)[];
}
type Words = Record<"ar" | "en", string[]>;

/**
 * Names in the page what would otherwise be fetched when the script that wants it has come: on a slow line each such wait is half a second. The first
 * script of all runs as soon as it is there, and so before the others.
 */
export function early(): Plugin {
  return {
    name: "early",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle, chunk: start }) {
        const chunks = Object.values(bundle ?? {}).filter((file) => file.type === "chunk");
        const of = (path: string) => {
          const found = chunks.find(({ facadeModuleId }) => facadeModuleId === idOf(path));
          if (!found) throw new Error(`${path} is no file of the build`);
          return found;
        };
        const first = chunks.find(({ moduleIds }) => moduleIds.includes(idOf(FIRST)));
        if (!first || !start) throw new Error("the first scripts are not in the build");
        const known = new Set<string>();
        /** The files of chunks with all that they need, but for those that are named already. */
        const filesOf = (...wanted: typeof chunks): string[] =>
          wanted.flatMap(({ fileName, imports }) => {
            if (known.has(fileName)) return [];
            known.add(fileName);
            return [`/${fileName}`, ...filesOf(...chunks.filter((chunk) => imports.includes(chunk.fileName)))];
          });
        const files = (...paths: string[]) => filesOf(...paths.map(of));
        // Those the page names by itself.
        filesOf(...chunks.filter(({ fileName }) => fileName === start.fileName));
        const words = (...areas: string[]): Words => ({ ar: files(...areas.map((area) => `${area}/ar.ts`)), en: files(...areas.map((area) => `${area}/en.ts`)) });
        const named: Early = { frame: files(APP), words: words("ui", "app"), pages: [] };
        const frame = [...known];
        for (const { path, page, areas } of PAGES) {
          // Pages share files: each names all that are its own.
          known.clear();
          for (const file of frame) known.add(file);
          named.pages.push({ path, files: files(page), ...words(...areas) });
        }
        return html
          .replace('<script src="/boot.js"', (tag) => `${tag} data-early='${JSON.stringify(named)}'`)
          .replace('<script type="module"', (tag) => `<script type="module" async crossorigin src="/${first.fileName}"></script>\n    ${tag}`);
      },
    },
  };
}

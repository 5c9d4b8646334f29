import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { root } from "@/app/root";

import { imports } from "./texts";

/** What is done with a file, one after the other. */
export const STEPS = ["file", "columns", "rows", "done"] as const;
export type Step = (typeof STEPS)[number];

/** Which rows are shown. */
export const KINDS = ["error", "warning", "ready", "leftOut"] as const;
export type Kind = (typeof KINDS)[number];

interface Search {
  upload?: string;
  step?: Exclude<Step, "file">;
  show?: Kind;
}

const page = createRoute({
  getParentRoute: () => root,
  path: "/queues/$queueId/import",
  validateSearch: (search): Search => {
    const step = STEPS.find((one) => one === search.step);
    const show = KINDS.find((one) => one === search.show);
    const upload = typeof search.upload === "string" ? search.upload : undefined;
    return { ...(upload && { upload }), ...(upload && step && step !== "file" && { step }), ...(show && { show }) };
  },
  loader: () => imports.load(),
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const importRoutes = [page] as const;

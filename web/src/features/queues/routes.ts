import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { root } from "@/app/root";
import { messaging } from "@/features/messaging/texts";

import { queues } from "./texts";

/** Which part of the line a phone shows, whose tickets are done. */
export const VIEWS = ["waiting", "serving", "finished"] as const;
export type View = (typeof VIEWS)[number];

const queue = createRoute({
  getParentRoute: () => root,
  path: "/queues/$queueId",
  validateSearch: (search): { view?: View } => {
    const view = VIEWS.find((one) => one === search.view);
    return view && view !== "waiting" ? { view } : {};
  },
  loader: () => Promise.all([queues.load(), messaging.load()]),
  component: lazyRouteComponent(() => import("./QueuePage"), "QueuePage"),
});

export const queueRoutes = [queue] as const;

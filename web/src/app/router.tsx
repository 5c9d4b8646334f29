import { createRootRoute, createRoute, createRouter, lazyRouteComponent, type AnyRoute } from "@tanstack/react-router";

import { home } from "@/features/home/texts";
import { messaging } from "@/features/messaging/texts";
import { queues } from "@/features/queues/texts";

import { NotFound, PageError, Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  loader: () => home.load(),
  component: lazyRouteComponent(() => import("@/features/home/HomePage"), "HomePage"),
});

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
  component: lazyRouteComponent(() => import("@/features/queues/QueuePage"), "QueuePage"),
});

const failed = createRoute({
  getParentRoute: () => root,
  path: "/messages/failed",
  validateSearch: (search): { queue?: string; reason?: string } => ({
    ...(typeof search.queue === "string" && { queue: search.queue }),
    ...(typeof search.reason === "string" && { reason: search.reason }),
  }),
  loader: () => messaging.load(),
  component: lazyRouteComponent(() => import("@/features/messaging/FailedPage"), "FailedPage"),
});

const routes: AnyRoute[] = [];
if (import.meta.env.DEV) {
  routes.push(
    createRoute({
      getParentRoute: () => root,
      path: "/dev/ui",
      component: lazyRouteComponent(() => import("@/ui/Gallery"), "Gallery"),
    }),
  );
}

export const router = createRouter({
  routeTree: root.addChildren([today, queue, failed, ...(routes as [])]),
  defaultPreload: "intent",
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { root } from "@/app/root";
import { text } from "@/app/search";

import { messaging } from "./texts";

const failed = createRoute({
  getParentRoute: () => root,
  path: "/messages/failed",
  validateSearch: text("queue", "reason"),
  loader: () => messaging.load(),
  component: lazyRouteComponent(() => import("./FailedPage"), "FailedPage"),
});

export const messagingRoutes = [failed] as const;

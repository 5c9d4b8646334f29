import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { root } from "@/app/root";

import { home } from "./texts";

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  loader: () => home.load(),
  component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
});

export const homeRoutes = [today] as const;

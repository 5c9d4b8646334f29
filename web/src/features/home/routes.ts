import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { meQuery } from "@/app/me";
import { queryClient } from "@/app/query";
import { root } from "@/app/root";

import { home } from "./texts";

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    // Those who run the platform have no queues: their day begins at the tenants.
    const me = queryClient.getQueryData(meQuery.queryKey);
    if (me?.permissions.includes("platform:read")) throw redirect({ to: "/platform/tenants" as "/" });
  },
  loader: () => home.load(),
  component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
});

export const homeRoutes = [today] as const;

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { meQuery } from "@/app/me";
import { ahead, queryClient } from "@/app/query";
import { root } from "@/app/root";
import { queuesQuery } from "@/features/queues/queries";

import { home } from "./texts";

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async () => {
    // Those who run the platform have no queues: their day begins at the tenants.
    const me = await queryClient.ensureQueryData(meQuery);
    if (me.permissions.includes("platform:read")) throw redirect({ to: "/platform/tenants" as "/" });
  },
  loader: ({ preload }) => {
    if (!preload && queryClient.getQueryData(meQuery.queryKey)?.permissions.includes("queues:read")) ahead(queuesQuery);
    return home.load();
  },
  component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
});

export const homeRoutes = [today] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { text } from "@/app/search";
import { settings } from "@/app/settings";

import { quotas } from "./texts";

const list = createRoute({
  getParentRoute: () => settings,
  path: "quotas",
  validateSearch: text("show"),
  loader: () => quotas.load(),
  component: lazyRouteComponent(() => import("./QuotasPage"), "QuotasPage"),
});

/** The pages of this part, below `settings`. */
export const quotaRoutes = [list] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { text } from "@/app/search";
import { settings } from "@/app/settings";

import { audit } from "./texts";

const trail = createRoute({
  getParentRoute: () => settings,
  path: "audit",
  validateSearch: text("who", "what", "about", "from", "to", "page"),
  loader: () => audit.load(),
  component: lazyRouteComponent(() => import("./AuditPage"), "AuditPage"),
});

const stays = createRoute({
  getParentRoute: () => settings,
  path: "stays",
  validateSearch: text("page"),
  loader: () => audit.load(),
  component: lazyRouteComponent(() => import("./StaysPage"), "StaysPage"),
});

/** The pages of this part, below `settings`. */
export const auditRoutes = [trail, stays] as const;

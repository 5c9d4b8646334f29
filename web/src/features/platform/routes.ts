import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import type { CustomerKind } from "@/api/generated";
import { root } from "@/app/root";
import { text } from "@/app/search";

import { platform } from "./texts";

export const KINDS: CustomerKind[] = ["solo_doctor", "clinic", "multi_clinic", "hospital", "multi_branch"];

export interface TenantSearch {
  search?: string;
  kind?: CustomerKind;
  /** Only those that are suspended, or only those that are not. */
  only?: "suspended" | "working";
  page?: string;
}

const loader = () => platform.load();

const tenants = createRoute({
  getParentRoute: () => root,
  path: "/platform/tenants",
  validateSearch: (search): TenantSearch => {
    const found = text("search", "page")(search);
    const kind = KINDS.find((one) => one === search.kind);
    const only = search.only === "suspended" || search.only === "working" ? search.only : undefined;
    return { ...found, ...(kind && { kind }), ...(only && { only }) };
  },
  loader,
  component: lazyRouteComponent(() => import("./TenantsPage"), "TenantsPage"),
});

const tenant = createRoute({
  getParentRoute: () => root,
  path: "/platform/tenants/$tenantId",
  loader,
  component: lazyRouteComponent(() => import("./TenantPage"), "TenantPage"),
});

const elevations = createRoute({
  getParentRoute: () => root,
  path: "/platform/elevations",
  validateSearch: text("page"),
  loader,
  component: lazyRouteComponent(() => import("./ElevationsPage"), "ElevationsPage"),
});

const deadLetters = createRoute({
  getParentRoute: () => root,
  path: "/platform/dead-letters",
  loader,
  component: lazyRouteComponent(() => import("./DeadLettersPage"), "DeadLettersPage"),
});

/** The pages of this part, below `root`. */
export const platformRoutes = [tenants, tenant, elevations, deadLetters] as const;

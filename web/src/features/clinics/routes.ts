import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { settings } from "@/app/settings";

import { clinics } from "./texts";

const tenant = createRoute({
  getParentRoute: () => settings,
  path: "tenant",
  loader: () => clinics.load(),
  component: lazyRouteComponent(() => import("./TenantPage"), "TenantPage"),
});

const look = createRoute({
  getParentRoute: () => settings,
  path: "look",
  loader: () => clinics.load(),
  component: lazyRouteComponent(() => import("./LookPage"), "LookPage"),
});

const branches = createRoute({
  getParentRoute: () => settings,
  path: "clinics",
  loader: () => clinics.load(),
  component: lazyRouteComponent(() => import("./ClinicsPage"), "ClinicsPage"),
});

const branch = createRoute({
  getParentRoute: () => settings,
  path: "clinics/$clinicId",
  loader: () => clinics.load(),
  component: lazyRouteComponent(() => import("./ClinicPage"), "ClinicPage"),
});

/** The pages of this part, below `settings`. */
export const clinicRoutes = [tenant, look, branches, branch] as const;

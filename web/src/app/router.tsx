import { createRoute, createRouter, lazyRouteComponent, type AnyRoute } from "@tanstack/react-router";

import { accountRoutes } from "@/features/account/routes";
import { auditRoutes } from "@/features/audit/routes";
import { clinicRoutes } from "@/features/clinics/routes";
import { homeRoutes } from "@/features/home/routes";
import { importRoutes } from "@/features/imports/routes";
import { memberRoutes } from "@/features/members/routes";
import { messagingRoutes } from "@/features/messaging/routes";
import { patientRoutes } from "@/features/patients/routes";
import { platformRoutes } from "@/features/platform/routes";
import { queueRoutes } from "@/features/queues/routes";
import { quotaRoutes } from "@/features/quotas/routes";
import { whatsappRoutes } from "@/features/whatsapp/routes";

import { root } from "./root";
import { settings } from "./settings";
import { PageError } from "./Shell";

const development: AnyRoute[] = [];
if (import.meta.env.DEV) {
  development.push(
    createRoute({
      getParentRoute: () => root,
      path: "/dev/ui",
      component: lazyRouteComponent(() => import("@/ui/Gallery"), "Gallery"),
    }),
  );
}

export const router = createRouter({
  routeTree: root.addChildren([
    ...homeRoutes,
    ...queueRoutes,
    ...messagingRoutes,
    ...patientRoutes,
    ...importRoutes,
    ...platformRoutes,
    settings.addChildren([...memberRoutes, ...clinicRoutes, ...whatsappRoutes, ...auditRoutes, ...accountRoutes, ...quotaRoutes]),
    ...(development as []),
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

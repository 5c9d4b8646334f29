import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { settings } from "@/app/settings";

import { whatsapp } from "./texts";

const connection = createRoute({
  getParentRoute: () => settings,
  path: "whatsapp",
  loader: () => whatsapp.load(),
  component: lazyRouteComponent(() => import("./WhatsAppPage"), "WhatsAppPage"),
});

/** The pages of this part, below `settings`. */
export const whatsappRoutes = [connection] as const;

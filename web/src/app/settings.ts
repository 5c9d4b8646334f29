import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { root } from "./root";

/** What is set once and looked after: a list of places, and the one that is open. Features hang their routes below it. */
export const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("./SettingsPage"), "SettingsPage"),
});

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { settings } from "@/app/settings";
import { identity } from "@/features/identity/texts";

import { account } from "./texts";

export const TABS = ["profile", "sign-in", "devices"] as const;
type Tab = (typeof TABS)[number];

const security = createRoute({
  getParentRoute: () => settings,
  path: "security",
  validateSearch: ({ tab, page }: Record<string, unknown>): { tab?: Tab; page?: string } => {
    const open = TABS.find((one) => one === tab);
    return { ...(open && open !== "profile" && { tab: open }), ...(typeof page === "string" && page !== "" && { page }) };
  },
  loader: () => Promise.all([account.load(), identity.load()]),
  component: lazyRouteComponent(() => import("./SecurityPage"), "SecurityPage"),
});

/** The pages of this part, below `settings`. */
export const accountRoutes = [security] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { root } from "@/app/root";
import { text } from "@/app/search";
import { messaging } from "@/features/messaging/texts";
import { queues } from "@/features/queues/texts";

import { patients } from "./texts";

const all = createRoute({
  getParentRoute: () => root,
  path: "/patients",
  validateSearch: text("q", "page"),
  loader: () => Promise.all([patients.load(), queues.load()]),
  component: lazyRouteComponent(() => import("./PatientsPage"), "PatientsPage"),
});

const unknown = createRoute({
  getParentRoute: () => root,
  path: "/patients/unknown",
  loader: () => Promise.all([patients.load(), queues.load()]),
  component: lazyRouteComponent(() => import("./UnknownPage"), "UnknownPage"),
});

export const TABS = ["overview", "tickets", "messages"] as const;
export type PatientTab = (typeof TABS)[number];

const one = createRoute({
  getParentRoute: () => root,
  path: "/patients/$patientId",
  validateSearch: (search): { tab?: PatientTab } => {
    const tab = TABS.find((known) => known === search.tab);
    return tab && tab !== "overview" ? { tab } : {};
  },
  loader: () => Promise.all([patients.load(), queues.load(), messaging.load()]),
  component: lazyRouteComponent(() => import("./PatientPage"), "PatientPage"),
});

/** The pages of this part, below `root`. */
export const patientRoutes = [all, unknown, one] as const;

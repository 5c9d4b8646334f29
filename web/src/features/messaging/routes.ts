import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { root } from "@/app/root";
import { text } from "@/app/search";

import { LOG_SEARCH } from "./queries";
import { templates as templateTexts } from "./templates/texts";
import { messaging } from "./texts";

const loader = () => messaging.load();
const templateLoader = () => Promise.all([messaging.load(), templateTexts.load()]);

const log = createRoute({
  getParentRoute: () => root,
  path: "/messages",
  validateSearch: text(...LOG_SEARCH),
  loader,
  component: lazyRouteComponent(() => import("./MessagesPage"), "MessagesPage"),
});

const failed = createRoute({
  getParentRoute: () => root,
  path: "/messages/failed",
  validateSearch: text("queue", "reason", "page"),
  loader,
  component: lazyRouteComponent(() => import("./FailedPage"), "FailedPage"),
});

const templates = createRoute({
  getParentRoute: () => root,
  path: "/templates",
  validateSearch: text("show"),
  loader: templateLoader,
  component: lazyRouteComponent(() => import("./templates/TemplatesPage"), "TemplatesPage"),
});

/** `new` in the place of an id: one that is not there yet, `from` another one. */
const template = createRoute({
  getParentRoute: () => root,
  path: "/templates/$templateId",
  validateSearch: text("from"),
  loader: templateLoader,
  component: lazyRouteComponent(() => import("./templates/TemplatePage"), "TemplatePage"),
});

export const messagingRoutes = [log, failed, templates, template] as const;

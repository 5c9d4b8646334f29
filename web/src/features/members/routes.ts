import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { text } from "@/app/search";
import { settings } from "@/app/settings";

import { members } from "./texts";

const list = createRoute({
  getParentRoute: () => settings,
  path: "members",
  validateSearch: text("tab", "q", "role", "state", "page"),
  loader: () => members.load(),
  component: lazyRouteComponent(() => import("./MembersPage"), "MembersPage"),
});

const member = createRoute({
  getParentRoute: () => settings,
  path: "members/$userId",
  loader: () => members.load(),
  component: lazyRouteComponent(() => import("./MemberPage"), "MemberPage"),
});

const roles = createRoute({
  getParentRoute: () => settings,
  path: "roles",
  validateSearch: text("role"),
  loader: () => members.load(),
  component: lazyRouteComponent(() => import("./RolesPage"), "RolesPage"),
});

/** `new` makes one; `from` is the role that it is a copy of. */
const role = createRoute({
  getParentRoute: () => settings,
  path: "roles/$roleId",
  validateSearch: text("from"),
  loader: () => members.load(),
  component: lazyRouteComponent(() => import("./RolePage"), "RolePage"),
});

export const memberRoutes = [list, member, roles, role] as const;

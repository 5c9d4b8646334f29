import { expect, test } from "vitest";

import type { MemberView, Permission, ProfileView, RoleView } from "@/api/generated";

import { livesOnQuotas } from "@/app/roles";
import ar from "@/features/members/ar";
import { grouped, includes, mayDecideOn, mayManage, sends, SUBJECTS } from "@/features/members/rights";

const role = (id: string, ...permissions: Permission[]): RoleView => ({ id, title: id, builtIn: true, permissions });
const roles = [
  role("manager", "members:read", "members:manage", "queues:read", "messages:send"),
  role("receptionist", "queues:read", "messages:send"),
  role("primary_admin", "members:read", "members:manage", "queues:read", "messages:send", "tenant:own"),
];
const manager = { id: "mem_1", permissions: roles[0]?.permissions ?? [], clinics: ["cli_1", "cli_2"] } as unknown as ProfileView;
const of = (change: Partial<MemberView>) =>
  ({ id: "mem_2", role: "receptionist", clinics: ["cli_1"], clinicRoles: [], ...change }) as unknown as MemberView;

test("who covers single clinics covers neither all nor others", () => {
  expect(includes("all", "all")).toBe(true);
  expect(includes("all", ["cli_1"])).toBe(true);
  expect(includes(["cli_1"], "all")).toBe(false);
  expect(includes(["cli_1"], ["cli_1", "cli_2"])).toBe(false);
  expect(includes(["cli_1"], [])).toBe(true);
});

test("nobody decides on what exceeds their own rights, in any clinic", () => {
  expect(mayDecideOn(manager, of({}), roles)).toBe(true);
  expect(mayDecideOn(manager, of({ role: "primary_admin" }), roles)).toBe(false);
  expect(mayDecideOn(manager, of({ clinics: "all" }), roles)).toBe(false);
  expect(mayDecideOn(manager, of({ clinicRoles: [{ clinicId: "cli_3", role: "receptionist" }] }), roles)).toBe(false);
  expect(mayDecideOn(manager, of({ clinicRoles: [{ clinicId: "cli_2", role: "primary_admin" }] }), roles)).toBe(false);
});

test("nobody manages themselves, and nobody without the right to", () => {
  expect(mayManage(manager, of({}), roles)).toBe(true);
  expect(mayManage(manager, of({ id: "mem_1" }), roles)).toBe(false);
  expect(mayManage({ ...manager, permissions: ["members:read", "queues:read", "messages:send"] }, of({}), roles)).toBe(false);
});

test("only a moderator needs a quota first; whoever else may send has no limit until one is set", () => {
  expect(["moderator", ...roles.map(({ id }) => id)].map(livesOnQuotas)).toEqual([true, false, false, false]);
  expect(sends("receptionist", roles)).toBe(true);
  expect(sends("gone", roles)).toBe(false);
});

test("every permission has its place and its words", () => {
  const known = Object.keys(ar.can) as Permission[];
  expect(grouped(known).flatMap(({ permissions }) => permissions).toSorted()).toEqual(known.toSorted());
  expect(Object.values(SUBJECTS).flat()).toHaveLength(known.length);
});

test("a permission that this app does not know yet is shown all the same", () => {
  const fresh = "records:read" as Permission;
  expect(grouped(["queues:read", fresh]).flatMap(({ permissions }) => permissions)).toEqual(["queues:read", fresh]);
});

/** Who may decide on whose rights. The API refuses all the same; this is so that nobody is offered what would be refused. */

import type { Coverage, MemberView, Permission, ProfileView, RoleInClinic, RoleView } from "@/api/generated";

/** What somebody is given: a role in the clinics that they cover, and others in single clinics. */
export interface Assignment {
  role: string;
  clinics: Coverage;
  clinicRoles: RoleInClinic[];
}

/** What somebody may do, and in which clinics. */
interface Right {
  permissions: string[];
  clinics: Coverage;
}

export function includes(own: Coverage, other: Coverage): boolean {
  return own === "all" || (other !== "all" && other.every((clinic) => own.includes(clinic)));
}

/** Whether a role is within one's own. */
export function mayGive(own: Right, role: RoleView): boolean {
  return role.permissions.every((permission) => own.permissions.includes(permission));
}

/** Whether all of what somebody is, or shall be, is within one's own rights. A role that is gone permits nothing. */
export function mayDecideOn(own: Right, { role, clinics, clinicRoles }: Assignment, roles: RoleView[]): boolean {
  const within = (name: string) => roles.filter(({ id }) => id === name).every((one) => mayGive(own, one));
  return (
    within(role) &&
    includes(own.clinics, clinics) &&
    clinicRoles.every((there) => within(there.role) && includes(own.clinics, [there.clinicId]))
  );
}

/** Whether somebody may manage a member's rights; nobody does their own. */
export function mayManage(me: ProfileView, member: MemberView, roles: RoleView[]): boolean {
  return me.permissions.includes("members:manage") && member.id !== me.id && mayDecideOn(me, member, roles);
}

/** Whether a role sends messages. */
export function sends(role: string, roles: RoleView[]): boolean {
  return roles.some(({ id, permissions }) => id === role && permissions.includes("messages:send"));
}

/** Permissions in the order and the groups in which people think of them. */
export const SUBJECTS = {
  queues: ["queues:read", "queues:serve", "tickets:write", "queues:write", "queues:delete"],
  patients: ["patients:read", "patients:write", "patients:contact"],
  messages: ["messages:read", "messages:send", "templates:read", "templates:write", "tasks:read", "tasks:manage"],
  people: ["members:read", "members:manage", "roles:manage", "quotas:read", "quotas:manage"],
  organisation: ["clinics:read", "clinics:manage", "settings:manage", "audit:read", "tenant:own"],
  platform: ["platform:read", "platform:manage", "platform:support", "dead-letters:manage"],
} as const satisfies Record<string, Permission[]>;

type Subject = keyof typeof SUBJECTS;

export interface PermissionGroup {
  id: Subject;
  permissions: Permission[];
}

/** Those that exist here, by subject; what stands in no group of ours comes last, and is not lost. */
export function grouped(known: Permission[]): PermissionGroup[] {
  const placed = new Set<Permission>(Object.values(SUBJECTS).flat());
  return (Object.keys(SUBJECTS) as Subject[])
    .map((id) => {
      const here: Permission[] = SUBJECTS[id].filter((permission) => known.includes(permission));
      const others = id === "organisation" ? known.filter((permission) => !placed.has(permission)) : [];
      return { id, permissions: [...here, ...others] };
    })
    .filter(({ permissions }) => permissions.length > 0);
}

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Copy, KeyRound, Users } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import type { Permission, ProfileView, RoleView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Back } from "@/ui/Back";
import { buttonClass } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Select } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";
import { Badge } from "@/ui/Status";

import { PermissionList } from "./PermissionList";
import { permissionsQuery, rolesQuery } from "./queries";
import { grouped, mayGive, type PermissionGroup } from "./rights";
import { RoleForm } from "./RoleForm";
import { members } from "./texts";

/** A role to read, to change, or to make. */
export function RolePage() {
  const t = useTexts(members);
  const { roleId } = useParams({ from: "/settings/roles/$roleId" });
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  // What is at hand stays, whatever came of asking anew.
  const error = (!roles.data && roles.error) || (!permissions.data && permissions.error);
  if (error) return <Broken error={error} retry={() => void Promise.all([roles.refetch(), permissions.refetch()])} />;
  if (!roles.data || !permissions.data) {
    return (
      <Page title={t.rolesTitle}>
        <Skeleton className="h-96" />
      </Page>
    );
  }
  const { data: all } = roles;
  // What no role here has is the platform's.
  const known = permissions.data.map(({ name }) => name).filter((name) => all.some((role) => role.permissions.includes(name)));
  const groups = grouped(known);
  const role = all.find(({ id }) => id === roleId);
  if (roleId === "new") return <New roles={all} groups={groups} />;
  if (!role) {
    return (
      <Empty icon={KeyRound} title={t.roleGone} as="h1">
        <Up />
      </Empty>
    );
  }
  return <Existing role={role} groups={groups} />;
}

function Up() {
  const t = useTexts(members);
  return <Back to="/settings/roles">{t.rolesTitle}</Back>;
}

function New({ roles, groups }: { roles: RoleView[]; groups: PermissionGroup[] }) {
  const t = useTexts(members);
  const me = useMe();
  const navigate = useNavigate();
  const { from } = useSearch({ from: "/settings/roles/$roleId" });
  const model = roles.find(({ id }) => id === from);
  const given = model?.permissions.filter((permission) => me.permissions.includes(permission) && permission !== "tenant:own") ?? [];
  return (
    <Page title={t.newRole} back={<Up />}>
      <Select
        className="sm:max-w-80"
        label={t.startFrom}
        name="from"
        value={model?.id ?? ""}
        options={[{ value: "", label: t.nothing }, ...roles.map(({ id, title }) => ({ value: id, label: title }))]}
        onText={(id) =>
          void navigate({ to: "/settings/roles/$roleId", params: { roleId: "new" }, search: id ? { from: id } : {}, replace: true })
        }
      />
      <RoleForm key={model?.id ?? ""} title={model ? t.copyOf(model.title) : ""} permissions={given} groups={groups} />
    </Page>
  );
}

/** Why somebody may not change a role; nothing where they may. */
function useReason(role: RoleView, me: ProfileView): string | undefined {
  const t = useTexts(members);
  if (role.builtIn) return t.roleBuiltIn;
  if (me.role === role.id) return t.roleYours;
  return mayGive(me, role) ? undefined : t.roleBeyond;
}

function Existing({ role, groups }: { role: RoleView; groups: PermissionGroup[] }) {
  const t = useTexts(members);
  const me = useMe();
  const can = useCan();
  const reason = useReason(role, me);
  const manages = can("roles:manage");
  const has = (permission: Permission) => role.permissions.includes(permission);
  const actions = manages && (
    <Link to="/settings/roles/$roleId" params={{ roleId: "new" }} search={{ from: role.id }} className={buttonClass()}>
      <Icon of={Copy} />
      {t.copyRole}
    </Link>
  );
  const intro = (
    <span className="mt-1 flex flex-wrap items-center gap-3">
      <Badge tone={role.builtIn ? "idle" : "brand"}>{role.builtIn ? t.builtIn : t.own}</Badge>
      {t.chosenCount(role.permissions.length)}
    </span>
  );
  return (
    <Page title={role.title} intro={intro} actions={actions} back={<Up />}>
      <Link to="/settings/members" search={{ role: role.id }} className="flex min-h-6 items-center gap-1.5 self-start text-sm text-brand underline">
        <Icon of={Users} className="size-4" />
        {t.whoHas}
      </Link>
      {manages && reason && <p className="rounded-md bg-info-soft p-3 text-sm text-info">{reason}</p>}
      {manages && !reason ? (
        <RoleForm key={role.id} role={role} title={role.title} permissions={role.permissions} groups={groups} />
      ) : (
        <PermissionList groups={groups} has={has} />
      )}
    </Page>
  );
}

import { useSyncExternalStore } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import type { RoleView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { buttonClass } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Select } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";

import { Matrix } from "./Matrix";
import { PermissionList } from "./PermissionList";
import { permissionsQuery, rolesQuery } from "./queries";
import { grouped, type PermissionGroup } from "./rights";
import { members } from "./texts";

/** All roles beside each other; on a phone one at a time. */
export function RolesPage() {
  const t = useTexts(members);
  const can = useCan();
  const isWide = useWide();
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  // What is at hand stays, whatever came of asking anew.
  const error = (!roles.data && roles.error) || (!permissions.data && permissions.error);
  if (error) return <Broken error={error} retry={() => void Promise.all([roles.refetch(), permissions.refetch()])} />;
  const actions = can("roles:manage") && (
    <Link to="/settings/roles/$roleId" params={{ roleId: "new" }} className={buttonClass("primary")}>
      <Icon of={Plus} />
      {t.newRole}
    </Link>
  );
  const all = roles.data && permissions.data && { roles: inOrder(roles.data), groups: here(roles.data, permissions.data.map(({ name }) => name)) };
  return (
    <Page title={t.rolesTitle} intro={t.rolesIntro} actions={actions} width="wide">
      {!all ? <Skeleton className="h-96" /> : isWide ? <Matrix {...all} /> : <One {...all} />}
    </Page>
  );
}

/** The organisation's own come first. */
const inOrder = (roles: RoleView[]) => [...roles.filter(({ builtIn }) => !builtIn), ...roles.filter(({ builtIn }) => builtIn)];

/** What no role here has is the platform's, and nobody's business here. */
function here(roles: RoleView[], known: Parameters<typeof grouped>[0]): PermissionGroup[] {
  return grouped(known.filter((permission) => roles.some((role) => role.permissions.includes(permission))));
}

function One({ roles, groups }: { roles: RoleView[]; groups: PermissionGroup[] }) {
  const t = useTexts(members);
  const navigate = useNavigate();
  const { role: wanted } = useSearch({ from: "/settings/roles" });
  const role = roles.find(({ id }) => id === wanted) ?? roles[0];
  if (!role) return null;
  return (
    <div className="flex flex-col gap-4">
      <Select
        label={t.showRole}
        name="role"
        value={role.id}
        options={roles.map(({ id, title }) => ({ value: id, label: title }))}
        onText={(id) => void navigate({ to: "/settings/roles", search: { role: id }, replace: true })}
      />
      <PermissionList groups={groups} has={(permission) => role.permissions.includes(permission)} />
      <Link to="/settings/roles/$roleId" params={{ roleId: role.id }} className={buttonClass()}>
        {t.openRole}
      </Link>
    </div>
  );
}

const query = () => window.matchMedia("(min-width: 56rem)");

function useWide(): boolean {
  const subscribe = (listener: () => void) => {
    const media = query();
    media.addEventListener("change", listener);
    return () => media.removeEventListener("change", listener);
  };
  return useSyncExternalStore(subscribe, () => query().matches);
}

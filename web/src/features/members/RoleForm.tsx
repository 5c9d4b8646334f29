import { lazy, Suspense, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";

import { useMe } from "@/app/me";
import { call } from "@/api/client";
import { createRole, deleteRole, getRole, updateRole, type Permission, type RoleBody, type RoleView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Clashes } from "@/ui/Conflict";
import { Field } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";
import { useVersioned, type Read } from "@/ui/versioned";

import { PermissionList } from "./PermissionList";
import type { PermissionGroup } from "./rights";
import { members } from "./texts";

const Confirm = lazy(() => import("./Confirm"));

interface RoleFormProps {
  /** The one that is changed; a new one without. */
  role?: RoleView;
  title: string;
  permissions: Permission[];
  groups: PermissionGroup[];
}

/** So that what was unticked and ticked again is what it was. */
const inOrder = (permissions: Permission[]) => permissions.toSorted();

const readOf = ({ title, permissions, version }: RoleView): Read<RoleBody> => ({
  version: version ?? 0,
  values: { title, permissions: inOrder(permissions) },
});

const bodyOf = ({ title, permissions }: RoleBody): RoleBody => ({ title: title.trim(), permissions });

/** What a role is called, and what it may do. */
export function RoleForm({ role, title, permissions, groups }: RoleFormProps) {
  const t = useTexts(members);
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sending = useSending();
  const start = role ? readOf(role) : { version: 0, values: { title, permissions: inOrder(permissions) } };
  const form = useVersioned<RoleBody>(start, async () => (role ? readOf(await call(getRole, { path: { roleId: role.id } })) : start));
  const { typed, set } = form;
  const [deleting, setDeleting] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: keys.roles });
  const check = (permission: Permission, on: boolean) => {
    const others = typed.permissions.filter((one) => one !== permission);
    set({ permissions: on ? inOrder([...others, permission]) : others });
  };
  const off = (permission: Permission) => {
    if (permission === "tenant:own") return t.ownersOnly;
    return me.permissions.includes(permission) ? undefined : t.notYours;
  };
  const submit = () =>
    sending.submit(async (key) => {
      if (role) {
        const path = { roleId: role.id };
        if (!(await form.save(async (_, values, version) => readOf(await call(updateRole, { path, body: bodyOf(values), version }))))) return;
        toast({ text: t.roleSaved });
        await refresh();
        return;
      }
      const body = bodyOf(typed);
      const made = await call(createRole, { body, key: key(body) });
      toast({ text: t.roleCreated });
      await refresh();
      await navigate({ to: "/settings/roles/$roleId", params: { roleId: made.id }, replace: true });
    });
  const remove = async (one: RoleView) => {
    try {
      await call(deleteRole, { path: { roleId: one.id }, version: one.version ?? 0 });
    } finally {
      await refresh();
    }
    toast({ text: t.roleDeleted });
    await navigate({ to: "/settings/roles" });
  };
  if (form.clashes.length > 0) {
    const labels = { title: t.roleTitle, permissions: t.permissions };
    const words = (id: keyof RoleBody, of: RoleBody) =>
      id === "title" ? of.title : of.permissions.map((permission) => t.can[permission]).join("\n");
    return <Clashes form={form} labels={labels} words={words} busy={sending.busy} onSave={() => void submit()} />;
  }
  return (
    <Form sending={sending} onSubmit={() => void submit()} fields={["title"]} className="flex flex-col gap-4" label={t.permissions}>
      <Field
        className="sm:max-w-96"
        label={t.roleTitle}
        name="title"
        hint={t.roleTitleHint}
        value={typed.title}
        autoComplete="off"
        onText={(text) => set({ title: text })}
      />
      <PermissionList groups={groups} has={(permission) => typed.permissions.includes(permission)} onCheck={check} off={off} />
      <div className="sticky bottom-16 z-10 flex flex-wrap items-center gap-3 border-t border-hairline bg-bg py-3 md:bottom-0">
        <Button type="submit" look="primary" busy={sending.busy}>
          {role ? t.saveRole : t.createRole}
        </Button>
        <span role="status" className="flex-1 text-sm text-muted max-sm:sr-only">
          {t.chosenCount(typed.permissions.length)}
        </span>
        {role && (
          <Button look="quiet" icon={Trash2} className="ms-auto" onClick={() => setDeleting(true)}>
            {t.deleteRole}
          </Button>
        )}
      </div>
      {role && deleting && (
        <Suspense>
          <Confirm
            title={t.deleteRole}
            text={t.deleteRoleText(role.title)}
            action={t.deleteRole}
            danger
            work={() => remove(role)}
            onClose={() => setDeleting(false)}
          />
        </Suspense>
      )}
    </Form>
  );
}

import { lazy, Suspense, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";

import { useMe } from "@/app/me";
import { call } from "@/api/client";
import { Failure } from "@/api/failure";
import { createRole, deleteRole, getRole, updateRole, type Permission, type RoleBody, type RoleView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Conflict, type Difference } from "@/ui/Conflict";
import { Field } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";

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

/** What a role is called, and what it may do. */
export function RoleForm({ role, title, permissions, groups }: RoleFormProps) {
  const t = useTexts(members);
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sending = useSending();
  const [typed, setTyped] = useState<RoleBody>({ title, permissions });
  const [base, setBase] = useState(role);
  const [theirs, setTheirs] = useState<RoleView>();
  const [deleting, setDeleting] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: keys.roles });
  const check = (permission: Permission, on: boolean) =>
    setTyped((before) => {
      const others = before.permissions.filter((one) => one !== permission);
      return { ...before, permissions: on ? [...others, permission] : others };
    });
  const off = (permission: Permission) => {
    if (permission === "tenant:own") return t.ownersOnly;
    return me.permissions.includes(permission) ? undefined : t.notYours;
  };
  const change = async (one: RoleView, body: RoleBody, version: number) => {
    const path = { roleId: one.id };
    try {
      const saved = await call(updateRole, { path, body, version });
      setBase(saved);
      setTyped({ title: saved.title, permissions: saved.permissions });
      setTheirs(undefined);
      toast({ text: t.roleSaved });
      await refresh();
    } catch (error) {
      if (!(error instanceof Failure && error.code === "StaleVersion")) throw error;
      setTheirs(await call(getRole, { path }));
    }
  };
  const submit = () =>
    sending.submit(async (key) => {
      if (base) {
        await change(base, typed, base.version ?? 0);
        return;
      }
      const made = await call(createRole, { body: typed, key: key(typed) });
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
  if (base && theirs) {
    const words = (of: RoleBody) => of.permissions.map((permission) => t.can[permission]).join("\n");
    const differences: Difference<keyof RoleBody>[] = [
      { id: "title" as const, label: t.roleTitle, theirs: theirs.title, mine: typed.title },
      { id: "permissions" as const, label: t.permissions, theirs: words(theirs), mine: words(typed) },
    ].filter(({ theirs: one, mine }) => one !== mine);
    const discard = () => {
      setBase(theirs);
      setTyped({ title: theirs.title, permissions: theirs.permissions });
      setTheirs(undefined);
    };
    return (
      <Conflict
        differences={differences}
        busy={sending.busy}
        onDiscard={discard}
        onSave={(given) => {
          const body = { ...typed, ...Object.fromEntries(given.map((name) => [name, theirs[name]])) };
          void sending.submit(() => change(base, body, theirs.version ?? 0));
        }}
      />
    );
  }
  return (
    <Form sending={sending} onSubmit={() => void submit()} fields={["title"]} className="flex flex-col gap-4" label={t.permissions}>
      <Field
        key={base?.version ?? 0}
        className="sm:max-w-96"
        label={t.roleTitle}
        name="title"
        hint={t.roleTitleHint}
        defaultValue={typed.title}
        autoComplete="off"
        onText={(text) => setTyped((before) => ({ ...before, title: text.trim() }))}
      />
      <PermissionList groups={groups} has={(permission) => typed.permissions.includes(permission)} onCheck={check} off={off} />
      <div className="sticky bottom-16 z-10 flex flex-wrap items-center gap-3 border-t border-hairline bg-bg py-3 md:bottom-0">
        <Button type="submit" look="primary" busy={sending.busy}>
          {base ? t.saveRole : t.createRole}
        </Button>
        <span role="status" className="flex-1 text-sm text-muted max-sm:sr-only">
          {t.chosenCount(typed.permissions.length)}
        </span>
        {base && (
          <Button look="quiet" icon={Trash2} className="ms-auto" onClick={() => setDeleting(true)}>
            {t.deleteRole}
          </Button>
        )}
      </div>
      {base && deleting && (
        <Suspense>
          <Confirm
            title={t.deleteRole}
            text={t.deleteRoleText(base.title)}
            action={t.deleteRole}
            danger
            work={() => remove(base)}
            onClose={() => setDeleting(false)}
          />
        </Suspense>
      )}
    </Form>
  );
}

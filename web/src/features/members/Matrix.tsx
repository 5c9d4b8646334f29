import { useRef, useState, type KeyboardEvent } from "react";
import { Link } from "@tanstack/react-router";
import { Check, Minus } from "lucide-react";

import type { RoleView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Bdi } from "@/ui/Text";

import type { PermissionGroup } from "./rights";
import { members } from "./texts";

interface MatrixProps {
  roles: RoleView[];
  groups: PermissionGroup[];
}

const STEPS: Record<string, [row: number, column: number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  Home: [0, -1_000],
  End: [0, 1_000],
  PageUp: [-1_000, 0],
  PageDown: [1_000, 0],
};

/** Roles beside each other, permissions below each other. One cell takes the focus, arrows move it; the head leads to the role. */
export function Matrix({ roles, groups }: MatrixProps) {
  const t = useTexts(members);
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState({ row: 0, column: 0 });
  const rows = groups.reduce((sum, { permissions }) => sum + permissions.length, 0);
  const move = (event: KeyboardEvent<HTMLTableElement>) => {
    const forward = getComputedStyle(event.currentTarget).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const sideways: [number, number] | undefined =
      event.key === "ArrowLeft" || event.key === "ArrowRight" ? [0, event.key === forward ? 1 : -1] : undefined;
    const step = sideways ?? STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const within = (n: number, count: number) => Math.min(count - 1, Math.max(0, n));
    // The roles' names are the row above the first one.
    const next = { row: within(at.row + 1 + step[0], rows + 1) - 1, column: within(at.column + step[1], roles.length) };
    setAt(next);
    table.current?.querySelector<HTMLElement>(`[data-at="${next.row} ${next.column}"]`)?.focus();
  };
  const place = (row: number, column: number) => ({
    "data-at": `${row} ${column}`,
    tabIndex: at.row === row && at.column === column ? 0 : -1,
    onFocus: () => setAt({ row, column }),
  });
  const firstOf = (group: number) => groups.slice(0, group).reduce((sum, { permissions }) => sum + permissions.length, 0);
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-muted">{t.matrixHint}</p>
      <div className="relative max-h-[calc(100dvh-15rem)] min-h-96 overflow-auto rounded-xl border border-hairline bg-surface">
        {/* A table that is moved through by arrows is what ARIA calls a grid. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role */}
        <table ref={table} role="grid" aria-label={t.matrix} aria-readonly onKeyDown={move} className="w-full border-separate border-spacing-0 text-sm">
          <thead>
            <tr>
              <th scope="col" className="sticky start-0 top-0 z-20 min-w-52 border-b border-e border-hairline bg-surface p-3 text-start font-medium">
                {t.permission}
              </th>
              {roles.map((role, column) => (
                <th key={role.id} scope="col" className="sticky top-0 z-10 min-w-24 border-b [overflow-wrap:normal] border-hairline bg-surface p-1 align-bottom">
                  <Link
                    {...place(-1, column)}
                    to="/settings/roles/$roleId"
                    params={{ roleId: role.id }}
                    className="flex min-h-11 flex-col items-center justify-end rounded-md p-1 text-center font-medium text-brand underline -outline-offset-2"
                  >
                    <Bdi>{role.title}</Bdi>
                    {!role.builtIn && <span className="text-xs font-normal text-muted">{t.own}</span>}
                  </Link>
                </th>
              ))}
            </tr>
          </thead>
          {groups.map(({ id, permissions }, group) => (
            <tbody key={id}>
              <tr>
                <th scope="rowgroup" colSpan={roles.length + 1} className="bg-raised py-1.5 text-start font-semibold">
                  <span className="sticky start-0 px-3">{t.subjects[id]}</span>
                </th>
              </tr>
              {permissions.map((permission, n) => {
                const here = firstOf(group) + n;
                return (
                  <tr key={permission} className="group">
                    <th
                      scope="row"
                      className="sticky start-0 border-e border-b border-hairline bg-surface p-3 text-start font-normal group-hover:bg-raised"
                    >
                      {t.can[permission]}
                    </th>
                    {roles.map((role, column) => {
                      const has = role.permissions.includes(permission);
                      return (
                        <td
                          key={role.id}
                          {...place(here, column)}
                          className="border-b border-hairline p-2 text-center -outline-offset-2 group-hover:bg-raised"
                        >
                          <Icon of={has ? Check : Minus} className={cx("mx-auto size-5", has ? "text-ok" : "text-line")} />
                          <span className="sr-only">{has ? t.yes : t.no}</span>
                        </td>
                      );
                    })}
                  </tr>
                );
              })}
            </tbody>
          ))}
        </table>
      </div>
    </div>
  );
}

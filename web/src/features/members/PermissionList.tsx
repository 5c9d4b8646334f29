import { Check as Tick, Minus } from "lucide-react";

import type { Permission } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";

import { Check } from "./parts";
import type { PermissionGroup } from "./rights";
import { members } from "./texts";

interface PermissionListProps {
  groups: PermissionGroup[];
  has: (permission: Permission) => boolean;
  /** Where they can be chosen. */
  onCheck?: (permission: Permission, on: boolean) => void;
  /** Why one cannot be. */
  off?: (permission: Permission) => string | undefined;
}

/** What a role may do, by subject, to read or to choose. */
export function PermissionList({ groups, has, onCheck, off }: PermissionListProps) {
  const t = useTexts(members);
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      {groups.map(({ id, permissions }) => (
        <fieldset key={id} className="rounded-xl border border-hairline bg-surface px-4 pt-1 pb-3">
          <legend className="float-start w-full pt-2 pb-1 font-semibold">{t.subjects[id]}</legend>
          <ul className="clear-both flex flex-col">
            {permissions.map((permission) => (
              <li key={permission}>
                {onCheck ? (
                  <Check
                    label={t.can[permission]}
                    checked={has(permission)}
                    off={off?.(permission)}
                    onCheck={(on) => onCheck(permission, on)}
                  />
                ) : (
                  <span className={cx("flex items-start gap-3 py-1.5", !has(permission) && "text-muted")}>
                    <Icon of={has(permission) ? Tick : Minus} className={cx("mt-1 size-4", has(permission) && "text-ok")} />
                    <span className="min-w-0">
                      <span className="sr-only">{has(permission) ? t.yes : t.no}: </span>
                      {t.can[permission]}
                    </span>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </fieldset>
      ))}
    </div>
  );
}

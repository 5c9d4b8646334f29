import { useId } from "react";
import { Link } from "@tanstack/react-router";
import { Gauge } from "lucide-react";

import { livesOnQuotas } from "@/app/roles";
import { useCan } from "@/app/me";
import type { Coverage, RoleView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { list } from "@/lib/format";
import { isolate } from "@/lib/bidi";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";

import { useClinics, useRoles } from "./queries";
import { members } from "./texts";

export function useRoleTitle(): (role: string) => string {
  const t = useTexts(members);
  const roles = useRoles();
  return (role) => titleOf(role, roles) ?? (roles.length > 0 ? t.goneRole : "");
}

function titleOf(role: string, roles: RoleView[]): string | undefined {
  return roles.find(({ id }) => id === role)?.title;
}

/** Which clinics somebody covers, in words; a few by their names. */
export function useCoverage(): (clinics: Coverage) => string {
  const t = useTexts(members);
  const known = useClinics();
  return (clinics) => {
    if (clinics === "all") return t.allClinics;
    const names = clinics.map((clinic) => known.find(({ id }) => id === clinic)?.name);
    const found = names.filter((name) => name !== undefined);
    return found.length === clinics.length && clinics.length > 0 && clinics.length <= 3
      ? list(found.map(isolate))
      : t.clinicCount(clinics.length);
  };
}

interface CheckProps {
  label: string;
  checked: boolean;
  onCheck: (checked: boolean) => void;
  /** Why it cannot be changed; it can still be reached and read. */
  off?: string | undefined;
  radio?: string;
}

/** A choice that stands for itself: a tick, or one of a few. */
export function Check({ label, checked, onCheck, off, radio }: CheckProps) {
  const id = useId();
  return (
    <div className={cx("flex min-h-11 items-start gap-3 py-2", off !== undefined && "text-muted")}>
      <input
        id={id}
        type={radio ? "radio" : "checkbox"}
        name={radio}
        checked={checked}
        aria-disabled={off !== undefined || undefined}
        aria-describedby={off ? `${id}-off` : undefined}
        onChange={(event) => off === undefined && onCheck(event.target.checked)}
        className="mt-0.5 size-6 shrink-0 accent-brand aria-disabled:opacity-55"
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block">
          {label}
        </label>
        {off && (
          <p id={`${id}-off`} className="text-sm text-muted">
            {off}
          </p>
        )}
      </div>
    </div>
  );
}

const QUOTAS: string = "/settings/quotas";

/** What somebody of this role lacks at first: nothing goes out until it is granted. */
export function QuotaHint({ role, later }: { role: string; later?: boolean }) {
  const t = useTexts(members);
  const can = useCan();
  if (!livesOnQuotas(role)) return null;
  return (
    <div className="flex gap-3 rounded-md bg-warn-soft p-3 text-sm text-warn">
      <Icon of={Gauge} className="mt-0.5" />
      <p>
        {t.quotaNeeded} {later && t.quotaAfterInvite}{" "}
        {can("quotas:manage") && (
          <Link to={QUOTAS} className="font-medium underline">
            {t.toQuotas}
          </Link>
        )}
      </p>
    </div>
  );
}

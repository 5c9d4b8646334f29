import { useQuery } from "@tanstack/react-query";

import { useCan } from "@/app/me";
import { useTexts } from "@/i18n/texts";
import { country, list } from "@/lib/format";
import { common } from "@/ui/texts";

import { sayDays, sayMinutes } from "./durations";
import { roleNamesQuery } from "./queries";
import type { Values } from "./tenant";
import { clinics } from "./texts";

/** What a role is called. */
export function useRoleName(): (id: string) => string {
  const can = useCan();
  const roles = useQuery({ ...roleNamesQuery, enabled: can("members:read") });
  return (id) => roles.data?.find((role) => role.id === id)?.title ?? id;
}

/** A setting of the organisation in words, as somebody who compares two of them reads it. */
export function useWords(): (name: keyof Values, of: Values) => string {
  const t = useTexts(clinics);
  const words = useTexts(common);
  const roleName = useRoleName();
  return (name, of) => {
    switch (name) {
      case "name":
      case "timezone":
        return of[name];
      case "kind":
        return t.kinds[of.kind];
      case "region":
        return country(of.region);
      case "locale":
        return t.languages[of.locale];
      case "weekend":
        return list(of.weekend.map((day) => t.days[day]));
      case "auditDays":
        return sayDays(of.auditDays, t);
      case "idleMinutes":
        return sayMinutes(of.idleMinutes, t);
      case "absoluteHours":
        return sayMinutes(of.absoluteHours * 60, t);
      case "watchesSignIns":
        return of.watchesSignIns ? words.yes : words.no;
      case "secondFactorRoles":
        return list(of.secondFactorRoles.map(roleName));
      case "allowedAddresses":
        return of.allowedAddresses.join(" · ");
    }
  };
}

import { call } from "@/api/client";
import { getTenant, type Day, type OrganisationView, type UpdateTenant } from "@/api/generated";
import type { Read } from "@/ui/versioned";

/** What can be changed of an organisation, one beside the other. */
export interface Values {
  name: string;
  kind: OrganisationView["kind"];
  region: string;
  timezone: string;
  locale: OrganisationView["locale"];
  weekend: Day[];
  auditDays: number;
  idleMinutes: number;
  absoluteHours: number;
  watchesSignIns: boolean;
  secondFactorRoles: string[];
  allowedAddresses: string[];
}

export function readOf(tenant: OrganisationView): Read<Values> {
  const { name, kind, region, timezone, locale, weekend, retention, security, version } = tenant;
  return {
    version,
    values: {
      name,
      kind,
      region,
      timezone,
      locale,
      weekend,
      auditDays: retention.auditDays,
      // Whoever may not see the rules may not change them either.
      idleMinutes: security?.idleMinutes ?? 0,
      absoluteHours: security?.absoluteHours ?? 0,
      watchesSignIns: security?.watchesSignIns ?? true,
      secondFactorRoles: security?.secondFactorRoles ?? [],
      allowedAddresses: security?.allowedAddresses ?? [],
    },
  };
}

/** The addresses of a text that is pasted: it may be a list. */
export function addressesOf(text: string): string[] {
  return text.split(/[\s,;\u060c\u061b]+/).filter(Boolean);
}

export const loadTenant = async (): Promise<Read<Values>> => readOf(await call(getTenant, {}));

const RULES = ["idleMinutes", "absoluteHours", "watchesSignIns", "secondFactorRoles", "allowedAddresses"] as const;

/** Where each is in the body, and so in what the API says of it. */
export function placeOf(name: keyof Values): string {
  if (name === "auditDays") return "retention.auditDays";
  return (RULES as readonly string[]).includes(name) ? `security.${name}` : name;
}

/** What is sent: what was changed, where the API has it. */
export function bodyOf(changed: Partial<Values>): UpdateTenant {
  const { auditDays, kind, idleMinutes, absoluteHours, watchesSignIns, secondFactorRoles, allowedAddresses, ...plain } = changed;
  const rules = { idleMinutes, absoluteHours, watchesSignIns, secondFactorRoles, allowedAddresses };
  const security = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
  return {
    ...plain,
    ...(kind && kind !== "platform" && { kind }),
    ...(auditDays !== undefined && { retention: { auditDays } }),
    ...(Object.keys(security).length > 0 && { security }),
  };
}

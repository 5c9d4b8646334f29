import type { EntryView, Subject } from "@/api/generated";

import type ar from "./ar";

type Words = Pick<typeof ar, "actions" | "kinds" | "fields">;

/** What changes along with everything, or serves the machine alone: nobody who reads the trail asks for it. */
export const INNER = new Set([
  "began_at",
  "beside",
  "correlation",
  "counted",
  "created_at",
  "created_by",
  "day",
  "epoch",
  "family",
  "id",
  "invited_by",
  "last_rank",
  "look_at",
  "member",
  "message",
  "next_number",
  "next_part",
  "nudges",
  "numbered_at",
  "operator",
  "parts",
  "patient",
  "patient_id",
  "provider_code",
  "queue_id",
  "recipients",
  "rotated_at",
  "rotation",
  "sender",
  "served_day",
  "served_that_day",
  "service_seconds",
  "skipped_before",
  "skipped_listed",
  "snapshot",
  "tenant",
  "tenant_name",
  "until",
  "unmade",
  "updated_at",
]);

const known = <T extends object>(table: T, name: string): string | undefined =>
  Object.hasOwn(table, name) ? (table[name as keyof T] as string) : undefined;

/** What was done, in words; a name of a later version stays what it is. */
export const sayAction = (name: string, { actions }: Words): string => known(actions, name) ?? name;

export const sayKind = (name: string, t: Words): string => known(t.kinds, name) ?? name;

/** The fields that changed, each word once. */
export function sayFields(fields: string[], t: Words): string[] {
  const told = fields.filter((name) => !INNER.has(name)).map((name) => known(t.fields, name) ?? name);
  return [...new Set(told)];
}

/** What the whole list is called instead of an id. */
const ALL = "all";

/** The page of a thing, where it has one. */
export function pageOf({ kind, id, effect }: Subject): string | undefined {
  if (effect === "deleted") return undefined;
  const one = id === ALL ? undefined : id;
  switch (kind) {
    case "patient":
      return one && `/patients/${one}`;
    case "queue":
      return one && `/queues/${one}`;
    case "clinic":
      return one && `/settings/clinics/${one}`;
    case "template":
      return one && `/templates/${one}`;
    case "member":
    case "invitation":
      return "/settings/members";
    case "role":
      return "/settings/roles";
    case "quota":
      return "/settings/quotas";
    case "tenant":
      return "/settings/tenant";
    case "whatsapp":
      return "/settings/whatsapp";
    case "elevation":
      return "/settings/stays";
    case "task":
      return "/messages/failed";
    case "message":
      return "/messages";
    default:
      return undefined;
  }
}

/** What an entry is told of first: something that has a name, if anything has. */
export function mainOf({ subjects }: EntryView, nameOf: (id: string) => string | undefined): { main: Subject | undefined; more: number } {
  const main = subjects.find(({ id }) => nameOf(id) !== undefined) ?? subjects[0];
  return { main, more: Math.max(0, subjects.length - 1) };
}

/** Kinds that the trail can be asked for. */
export const kindsOf = (t: Words) => Object.keys(t.kinds);

/** Functions that only look, of what is noted of nobody's looking. */
const UNNOTED =
  /^(get_(?!patient|consent|conversation|message)|list_(?!tickets|failed_tasks|messages|unknown|users|invitations|audit)|health|no_route|verify_webhook|look_at_|hand_on_due|relay)/;

/** What may have been done, by its words: what is offered to choose from. */
export function actionsOf(t: Words): { value: string; label: string }[] {
  const named = Object.entries(t.actions).filter(([name]) => !UNNOTED.test(name));
  const labelled = named.map(([value, label]) => ({ value, label }));
  return labelled.sort((one, other) => (one.label < other.label ? -1 : 1));
}

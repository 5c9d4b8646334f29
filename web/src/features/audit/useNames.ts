import { useQuery } from "@tanstack/react-query";

import { clinicsQuery } from "@/app/clinics";
import { useCan, useMe } from "@/app/me";
import { peopleQuery } from "@/app/people";
import { templatesQuery } from "@/features/messaging/queries";
import { queuesQuery } from "@/features/queues/queries";

/** What the things are called that the trail names by their ids, as far as whoever reads may know it. */
export function useNames(): (id: string) => string | undefined {
  const can = useCan();
  const { tenant } = useMe();
  const people = useQuery({ ...peopleQuery, enabled: can("members:read") });
  const clinics = useQuery({ ...clinicsQuery, enabled: can("clinics:read") });
  const queues = useQuery({ ...queuesQuery, enabled: can("queues:read") });
  const templates = useQuery({ ...templatesQuery, enabled: can("templates:read") });
  const names = new Map<string, string>([
    [tenant.id, tenant.name],
    ...(people.data ?? []).map(({ id, fullName }): [string, string] => [id, fullName]),
    ...(clinics.data ?? []).map(({ id, name }): [string, string] => [id, name]),
    ...(queues.data ?? []).map(({ id, doctorName }): [string, string] => [id, doctorName]),
    ...(templates.data ?? []).map(({ id, title }): [string, string] => [id, title]),
  ]);
  return (id) => names.get(id);
}

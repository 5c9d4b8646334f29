import { queryOptions } from "@tanstack/react-query";

import { all } from "@/api/client";
import { listUsers, type MemberView } from "@/api/generated";
import { keys } from "@/api/keys";

type Person = Pick<MemberView, "id" | "fullName" | "role">;

/** Who works here, and who did, for whoever may know. */
export const peopleQuery = queryOptions({
  queryKey: keys.people,
  queryFn: async ({ signal }): Promise<Person[]> => (await all(listUsers, { signal })).map(({ id, fullName, role }) => ({ id, fullName, role })),
  staleTime: 60_000,
});

/** The same, by their ids. */
export const peopleByIdQuery = queryOptions({
  ...peopleQuery,
  select: (people: Person[]) => new Map(people.map((person) => [person.id as string, person])),
});

import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { listUsers, type MemberView } from "@/api/generated";
import { keys } from "@/api/keys";

type Person = Pick<MemberView, "id" | "fullName" | "role">;

/** Who works here, and who did, for whoever may know. */
export const peopleQuery = queryOptions({
  queryKey: keys.people,
  queryFn: async ({ signal }) => {
    const people: Person[] = [];
    for (let page: string | undefined; ; ) {
      const answer = await call(listUsers, { query: { pageSize: 200, ...(page && { page }) }, signal });
      people.push(...answer.items.map(({ id, fullName, role }) => ({ id, fullName, role })));
      if (!answer.nextPage) return people;
      page = answer.nextPage;
    }
  },
  staleTime: 60_000,
});

/** The same, by their ids. */
export const peopleByIdQuery = queryOptions({
  ...peopleQuery,
  select: (people: Person[]) => new Map(people.map((person) => [person.id as string, person])),
});

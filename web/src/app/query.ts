import { QueryClient, type FetchQueryOptions, type QueryKey } from "@tanstack/react-query";

/** Calls are tried again by the client, which knows what is safe; the lists ask anew by themselves. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 5_000, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});

/** Asks for what a page will show while the page itself is on its way. The page finds it, or the call that is under way, or asks anew. */
export function ahead<Data, Key extends QueryKey>(query: FetchQueryOptions<Data, Error, Data, Key>): void {
  void queryClient.prefetchQuery(query);
}

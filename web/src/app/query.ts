import { QueryClient } from "@tanstack/react-query";

/** Calls are tried again by the client, which knows what is safe; the lists ask anew by themselves. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 5_000, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});

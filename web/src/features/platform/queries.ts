import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/client";
import { Failure } from "@/api/failure";
import {
  getRedrive,
  listDeadLetters,
  listElevations,
  listTenants,
  showTenant,
  type CustomerKind,
  type QueueName,
  type RedriveView,
} from "@/api/generated";
import { keys } from "@/api/keys";

interface CustomerFilter {
  search?: string;
  kind?: CustomerKind;
  suspended?: boolean;
  page?: string;
}

export const customersQuery = (filter: CustomerFilter) =>
  queryOptions({
    queryKey: keys.customers(filter),
    queryFn: ({ signal }) => call(listTenants, { query: { ...filter, pageSize: 50 }, signal }),
  });

export const customerQuery = (tenantId: string) =>
  queryOptions({
    queryKey: keys.customer(tenantId),
    queryFn: ({ signal }) => call(showTenant, { path: { tenantId }, signal }),
  });

export const elevationsQuery = (page: string | undefined) =>
  queryOptions({
    queryKey: keys.elevations(page ?? ""),
    queryFn: ({ signal }) => call(listElevations, { query: { pageSize: 50, ...(page && { page }) }, signal }),
    refetchInterval: 30_000,
  });

export const deadLettersQuery = queryOptions({
  queryKey: keys.deadLetters,
  queryFn: async ({ signal }) => (await call(listDeadLetters, { signal })).items,
  refetchInterval: 5_000,
});

const ON_ITS_WAY = ["running", "cancelling"];

export const isMoving = (redrive: RedriveView | null | undefined) => redrive !== null && redrive !== undefined && ON_ITS_WAY.includes(redrive.status);

/** The last redrive of a queue; null if there was none. */
export const redriveQuery = (queue: QueueName) =>
  queryOptions({
    queryKey: keys.redrive(queue),
    queryFn: async ({ signal }): Promise<RedriveView | null> => {
      try {
        return await call(getRedrive, { path: { queue }, signal });
      } catch (error) {
        if (error instanceof Failure && error.code === "NothingToRedrive") return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (isMoving(state.data) ? 1_000 : false),
  });

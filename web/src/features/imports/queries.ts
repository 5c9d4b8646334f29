import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { call, callForFile, pages } from "@/api/client";
import {
  addTickets,
  bulkUpload,
  exportRepair,
  getImport,
  getUpload,
  listUploadRows,
  updateUpload,
  type ImportView,
  type RowChange,
  type RowView,
  type UpdateUpload,
  type UploadView,
} from "@/api/generated";
import { Failure } from "@/api/failure";
import { keys } from "@/api/keys";

import { hold, letGo } from "./held";

export const uploadQuery = (uploadId: string) =>
  queryOptions({
    queryKey: keys.upload(uploadId),
    queryFn: ({ signal }) => call(getUpload, { path: { uploadId }, signal }),
  });

/** All rows of an upload. */
export const rowsQuery = (uploadId: string) =>
  queryOptions({
    queryKey: keys.uploadRows(uploadId),
    queryFn: async ({ signal }) => {
      const rows: RowView[] = [];
      for await (const { items } of pages(listUploadRows, { path: { uploadId }, signal })) rows.push(...items);
      return rows;
    },
  });

export const importQuery = (queueId: string, uploadId: string) =>
  queryOptions({
    queryKey: keys.import(queueId, uploadId),
    queryFn: ({ signal }) => call(getImport, { path: { queueId, uploadId }, signal }),
  });

interface Wanted {
  file: Blob;
  name: string | undefined;
  sheet?: string;
  hidden?: boolean;
  clinicId?: string | undefined;
}

/** Sends a file; it stays at hand. */
export function useSendFile() {
  const client = useQueryClient();
  return async ({ file, name, sheet, hidden, clinicId }: Wanted, key: string): Promise<UploadView> => {
    const query = { askColumns: true, ...(sheet && { sheet }), ...(hidden && { hidden }), ...(clinicId && { clinicId }) };
    const upload = await call(bulkUpload, { query, body: file as never, key });
    hold(upload.uploadId, file, name);
    client.setQueryData(keys.upload(upload.uploadId), upload);
    return upload;
  };
}

/** Changes an upload in the version that is known, one change after the other; what is shown then is what stands. */
export function useChangeUpload(upload: UploadView) {
  const { uploadId } = upload;
  const client = useQueryClient();
  const change = useMutation({
    scope: { id: uploadId },
    mutationFn: (body: UpdateUpload) => {
      // The change before this one made another version.
      const { version } = client.getQueryData(uploadQuery(uploadId).queryKey) ?? upload;
      return call(updateUpload, { path: { uploadId }, body, version });
    },
    onSuccess: async (changed) => {
      client.setQueryData(keys.upload(uploadId), changed);
      await client.invalidateQueries({ queryKey: keys.uploadRows(uploadId), exact: true });
    },
    onError: async (error) => {
      if (error instanceof Failure && error.code === "StaleVersion") {
        await client.invalidateQueries({ queryKey: keys.upload(uploadId) });
      }
    },
  });
  /** Changes one row, and tells what became of it; rejects with what went wrong, which is in `error` as well. */
  const row = async (body: RowChange): Promise<RowView | undefined> => {
    await change.mutateAsync({ rows: [body] });
    return client.getQueryData(rowsQuery(uploadId).queryKey)?.find((one) => one.row === body.row);
  };
  return { ...change, row };
}

/** How often it is asked how far an import is. */
const EVERY = 600;

/** An import that is cut off goes on as long as it gets anywhere. */
export function useCommit(queueId: string, uploadId: string) {
  const client = useQueryClient();
  const key = keys.import(queueId, uploadId);
  const progress = async () => {
    const now = await client.fetchQuery({ ...importQuery(queueId, uploadId), staleTime: 0 });
    return now.done;
  };
  return async (idempotencyKey: string): Promise<ImportView> => {
    const watch = setInterval(() => void progress().catch(() => undefined), EVERY);
    try {
      for (let reached = -1; ; ) {
        try {
          const done = await call(addTickets, { path: { queueId }, body: { uploadId }, key: idempotencyKey });
          clearInterval(watch);
          letGo(uploadId);
          // What was asked before it was done says nothing any more.
          await client.cancelQueries({ queryKey: key });
          client.setQueryData(key, done);
          void client.invalidateQueries({ queryKey: keys.queues });
          return done;
        } catch (error) {
          if (!(error instanceof Failure && (error.status >= 502 || error.code === "StillRunning"))) throw error;
          const now = await progress();
          if (now <= reached) throw error;
          reached = now;
        }
      }
    } finally {
      clearInterval(watch);
    }
  };
}

/** The rows to repair, as a file. */
export function repairFile(queueId: string, uploadId: string): Promise<string> {
  return callForFile(exportRepair, { path: { queueId, uploadId } });
}

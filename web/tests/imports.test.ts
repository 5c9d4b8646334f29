import { createElement } from "react";
import { useQuery } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";

import type { RowView, UpdateUpload, UploadView } from "@/api/generated";
import { keys } from "@/api/keys";
import { rowsQuery, useChangeUpload } from "@/features/imports/queries";
import { RowEditor } from "@/features/imports/RowEditor";
import { imports } from "@/features/imports/texts";
import { common } from "@/ui/texts";

import { after, draw, enter, network, refused, type } from "./draw";

let change: ReturnType<typeof useChangeUpload>;
const upload = { uploadId: "upl_1", version: 1, columns: [] as UploadView["columns"] } as UploadView;

function Rows() {
  useQuery(rowsQuery("upl_1"));
  change = useChangeUpload(upload);
  return null;
}

function Editing() {
  change = useChangeUpload(upload);
  const row: RowView = { row: 3, status: "error", fullName: "محمد القحطاني", issues: [] };
  return createElement(RowEditor, { row, upload, change, editing: true, onEdit, onLeave: onEdit, onClose: onEdit, onSaved: onEdit });
}

const onEdit = () => undefined;

beforeEach(() => enter());

test("two rows that are changed within one round trip are changed one after the other, and each is told of by itself", async () => {
  let version = 1;
  const rows = new Map([[1, "error"], [2, "error"], [3, "error"]]);
  const calls = network(({ method, headers, body }) => {
    if (method === "GET") return { items: [...rows].map(([row, status]) => ({ row, status })) };
    if (headers.get("if-match") !== `"${version}"`) return refused(412, "StaleVersion");
    version += 1;
    for (const { row, leaveOut } of (body as UpdateUpload).rows ?? []) rows.set(row, leaveOut ? "leftOut" : "error");
    return { ...upload, version };
  });
  const { client } = await draw(createElement(Rows));
  client.setQueryData(keys.upload("upl_1"), upload);
  let told: (RowView | undefined)[] = [];
  await after(async () => {
    told = await Promise.all([change.row({ row: 1, leaveOut: true }), change.row({ row: 2, leaveOut: true }), change.row({ row: 3, fullName: "" })]);
  });
  expect(calls.filter(({ method }) => method !== "GET").map(({ headers }) => headers.get("if-match"))).toEqual(['"1"', '"2"', '"3"']);
  // The third is wrong as before, though fewer rows are.
  expect(told.map((row) => row?.status)).toEqual(["leftOut", "leftOut", "error"]);
});

test("what is refused of one row is not said of another that is being written", async () => {
  await Promise.all([imports.load(), common.load()]);
  network(() => refused(412, "StaleVersion"));
  const { place } = await draw(createElement(Editing));
  let refusedOther = false;
  await after(() => change.row({ row: 1, leaveOut: true }).catch(() => (refusedOther = true)));
  expect(refusedOther).toBe(true);
  expect(place.querySelector("[role=alert]")).toBeNull();
  const name = place.querySelector("input") as HTMLInputElement;
  await after(() => type(name, "محمد سالم"));
  await after(() => place.querySelector("form")?.requestSubmit());
  expect(place.querySelector("[role=alert]")?.textContent).toBe(imports.texts.stale);
  expect(name.value, "what was typed is still there").toBe("محمد سالم");
});

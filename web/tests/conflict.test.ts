import { createElement, type ReactNode } from "react";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { meQuery } from "@/app/me";
import type { MemberView, Permission, ProfileView, RoleView } from "@/api/generated";
import { EditMember } from "@/features/members/EditMember";
import { RoleForm } from "@/features/members/RoleForm";
import membersAr from "@/features/members/ar";
import { members } from "@/features/members/texts";
import uiAr from "@/ui/ar";
import { common } from "@/ui/texts";

import { after, draw, enter, network, refused, type Call, type Drawn } from "./draw";

/** The second save over a conflict is refused for another reason: it is said, and what was typed can be mended and sent again. */

const permissions: Permission[] = ["queues:read", "messages:read"];
const me = { id: "mem_1", role: "primary_admin", clinics: "all", permissions: ["members:manage", "roles:manage", ...permissions] } as unknown as ProfileView;
const member = (version: number, fullName: string, phone: string | null): MemberView =>
  ({ id: "mem_2", version, fullName, phone, email: null, role: "nurse", clinics: "all", clinicRoles: [] }) as unknown as MemberView;
const role = (version: number, title: string): RoleView => ({ id: "rol_2", version, title, builtIn: false, permissions: ["queues:read"] });

let drawn: Drawn;
async function show(node: ReactNode) {
  drawn = await draw(null);
  drawn.client.setQueryData(meQuery.queryKey, me);
  const router = createRouter({ routeTree: createRootRoute({ component: () => node }), history: createMemoryHistory() });
  await router.load();
  await after(() => drawn.again(createElement(RouterProvider, { router: router as never })));
}
const type = (name: string, text: string) =>
  after(() => {
    const field = drawn.place.querySelector<HTMLInputElement>(`input[name=${name}]`);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
    field?.dispatchEvent(new Event("input", { bubbles: true }));
  });
const press = (name: string) => after(() => [...drawn.place.querySelectorAll("button")].find(({ textContent }) => textContent === name)?.click());

beforeEach(async () => {
  sessionStorage.clear();
  enter();
  await Promise.all([members.load(), common.load()]);
});
afterEach(async () => {
  await drawn.gone();
  vi.unstubAllGlobals();
});

/** Answers in turn what is sent; whatever is asked beside it is answered by `stands`. */
function answers(stands: object, ...turns: (() => unknown)[]): Call[] {
  const sent: Call[] = [];
  network((call) => {
    if (call.method === "GET") return /\/(users|roles)\/[a-z]{3}_2$/.test(call.url) ? stands : { items: [] };
    sent.push(call);
    return turns[sent.length - 1]?.();
  });
  return sent;
}

const versions = (sent: Call[]) => sent.map(({ headers }) => /\d+/.exec(headers.get("if-match") ?? "")?.[0]);
const wrong = (field: string) => () =>
  Response.json({ success: false, errors: [{ code: "TooLong", message: "too long", field }], traceId: "-" }, { status: 422 });

describe("a member", () => {
  test("is sent again over what stands by now, and what is wrong then is said at its field", async () => {
    const sent = answers(
      member(2, "X", "+966531114455"),
      () => refused(412, "StaleVersion"),
      wrong("fullName"),
      () => member(3, "ريم", "+966531114455"),
    );
    await show(createElement(EditMember, { member: member(1, "نورة", null) }));
    await type("fullName", "ريم ريم");
    await press(membersAr.save);
    await press(uiAr.saveChosen);
    const field = drawn.place.querySelector("input[name=fullName]");
    expect(field?.getAttribute("aria-invalid")).toBe("true");
    expect(drawn.place.textContent).toContain("too long");
    await type("fullName", "ريم");
    await press(membersAr.save);
    expect(versions(sent)).toEqual(["1", "2", "2"]);
    expect(sent.map(({ body }) => body), "only what was changed here").toEqual([{ fullName: "ريم ريم" }, { fullName: "ريم ريم" }, { fullName: "ريم" }]);
  });
});

describe.each(["letGo", "saveChosen"] as const)("whoever chose with %s", (choice) => {
  test("is led back into the form", async () => {
    answers(member(2, "X", null), () => refused(412, "StaleVersion"), () => member(3, "Y", null));
    await show(createElement(EditMember, { member: member(1, "نورة", null) }));
    await type("fullName", "ريم");
    await press(membersAr.save);
    expect(document.activeElement?.getAttribute("role")).toBe("alert");
    await press(uiAr[choice]);
    expect(document.activeElement).toBe(drawn.place.querySelector("input[name=fullName]"));
  });
});

describe("a role", () => {
  test("is sent again over what stands by now, and what is wrong then is said at its field", async () => {
    const sent = answers(role(2, "X"), () => refused(412, "StaleVersion"), wrong("title"), () => role(3, "منسقة"));
    const groups = [{ id: "queues" as const, permissions }];
    await show(createElement(RoleForm, { role: role(1, "ممرضة"), title: "ممرضة", permissions: ["queues:read"], groups }));
    await type("title", "منسقة المواعيد");
    await press(membersAr.saveRole);
    await press(uiAr.saveChosen);
    const field = drawn.place.querySelector("input[name=title]");
    expect(field?.getAttribute("aria-invalid")).toBe("true");
    expect(drawn.place.textContent).toContain("too long");
    await type("title", "منسقة");
    await press(membersAr.saveRole);
    expect(versions(sent)).toEqual(["1", "2", "2"]);
  });
});

/** The team: invitations and their door, members, roles, a forgotten password, several organisations and branches. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Language } from "@/i18n/preferences";

import { people, words } from "./words";
import { PASSWORD, World, type Clinic, type Visitor } from "./world";

const ANOTHER = "Green-ladder 31";

const names = {
  ar: { colleague: "لطيفة السبيعي", nurse: "ريم القحطاني", corrected: "ريم بنت فهد القحطاني", branch: "فرع الملقا", other: "عيادة الشفاء", role: "منسقة المواعيد", second: "د. ليلى حداد" },
  en: { colleague: "Latifa Subaie", nurse: "Reem Qahtani", corrected: "Reem Fahd Qahtani", branch: "Malqa branch", other: "Shifa Clinic", role: "Appointment desk", second: "Dr Layla Haddad" },
};
const phones = { ar: "+966551239876", en: "+966551239877" };

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.end());

describe.each(["ar", "en"] as const)("the team in %s", (language: Language) => {
  const t = words[language];
  const who = { ...people[language], ...names[language] };
  const slug = `team-${language}`;
  const phone = phones[language];
  let owner: Clinic;
  let desk: Visitor;
  let link = "";

  beforeAll(async () => {
    owner = await world.clinic(slug, language, { kind: "multi_branch" });
    const branch = await owner.ask("POST", "/api/clinics", { name: who.branch, slug: "malqa" });
    await owner.ask("POST", "/api/queues", { doctorName: who.doctor, clinicId: owner.first });
    await owner.ask("POST", "/api/queues", { doctorName: who.second, clinicId: branch.id });
    await owner.ask("POST", "/api/users", { fullName: who.nurse, username: "reem", role: "nurse", phone: "0531112233" });
    desk = await world.visitor(language);
  });
  afterAll(() => desk.leave());

  test("somebody is invited, and the link comes to the phone and is shown once", async () => {
    const { page } = desk;
    await page.goto("/settings/members");
    await desk.signIn(slug);
    await page.getByText(who.nurse).waitFor();
    await desk.look("members");
    await desk.button(t.members.invite).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t.members.phone).fill("12");
    await desk.button(t.members.sendInvitation).click();
    await page.locator("[aria-invalid]").waitFor();
    await desk.look("invite-error");
    await dialog.getByLabel(t.members.fullName).fill(who.colleague);
    await dialog.getByLabel(t.members.phone).fill(phone);
    expect(await page.getByText(t.members.quotaNeeded).count(), "a receptionist has no limit").toBe(0);
    await dialog.getByLabel(t.members.role, { exact: true }).selectOption("moderator");
    await page.getByText(t.members.quotaNeeded).waitFor();
    await desk.look("invite");
    await dialog.getByLabel(t.members.role, { exact: true }).selectOption("receptionist");
    await page.getByText(t.members.quotaNeeded).waitFor({ state: "detached" });
    await desk.button(t.members.sendInvitation).click();
    link = await page.getByRole("textbox", { name: t.members.link }).inputValue();
    await desk.look("invited");
    await expect.poll(async () => (await world.phone(phone)).some((text) => text.includes(link))).toBe(true);
    await desk.button(t.members.done).click();
    await page.getByRole("tab").nth(1).click();
    await page.getByText(t.members.invitationStates.pending).waitFor();
    await desk.look("invitations");
  });

  test("its link opens a door, by which a new member comes in", async () => {
    const guest = await world.visitor(language, { width: 360, height: 740 });
    const { page } = guest;
    const { hash, pathname } = new URL(link);
    await page.goto(pathname + hash);
    await page.getByRole("heading", { name: t.identity.invitedBy(who.clinic) }).waitFor();
    expect(await guest.field(t.identity.fullName).inputValue()).toBe(who.colleague);
    await guest.look("invitation-360");
    await guest.field(t.identity.username).fill("reem");
    await guest.field(t.identity.password).fill("123");
    await guest.button(t.identity.acceptInvitation).click();
    await page.locator("[aria-invalid]").first().waitFor();
    await guest.look("invitation-errors-360");
    await guest.field(t.identity.password).fill(PASSWORD);
    await guest.button(t.identity.acceptInvitation).click();
    await page.locator("input[name=username][aria-invalid]").waitFor();
    await guest.field(t.identity.username).fill("latifa");
    await guest.button(t.identity.acceptInvitation).click();
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
    // What was accepted is no invitation any more.
    await page.goto(pathname + hash);
    await page.getByRole("heading", { name: t.identity.invitationOver }).waitFor();
    await guest.look("invitation-over-360");
    await guest.leave();
    await desk.page.reload();
    await desk.page.getByText(t.members.invitationStates.accepted).waitFor();
  });

  test("a member is changed, also by two at a time", async () => {
    const { page } = desk;
    await page.getByRole("tab").nth(0).click();
    const search = page.getByLabel(t.members.search);
    // Letter by letter, faster than the address follows.
    await search.pressSequentially(`${who.nurse}x`, { delay: 20 });
    expect(await search.inputValue()).toBe(`${who.nurse}x`);
    await page.waitForURL(/[?&]q=/);
    await desk.button(t.members.clearFilter).click();
    await expect.poll(() => search.inputValue()).toBe("");
    await search.fill(who.nurse.slice(0, 4));
    await expect.poll(() => page.getByRole("tabpanel").getByRole("listitem").count()).toBe(1);
    await page.getByRole("link", { name: who.nurse }).click();
    await desk.field(t.members.fullName).waitFor();
    await desk.look("member");
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await owner.ask("PUT", `/api/users/${id}`, { phone: "0531114455", fullName: "X" });
    await desk.field(t.members.fullName).fill(who.corrected);
    await desk.button(t.members.save).click();
    await page.getByText(t.ui.conflict).waitFor();
    await desk.look("member-conflict");
    await desk.button(t.ui.saveChosen).click();
    await page.getByText(t.members.saved).waitFor();
    await page.getByRole("heading", { name: who.corrected, level: 1 }).waitFor();
    const saved = await owner.ask<{ phone: string; fullName: string }>("GET", `/api/users/${id}`);
    expect(saved, "what the other one changed stays").toMatchObject({ phone: "+966531114455", fullName: who.corrected });

    await desk.button(t.members.resetPassword).click();
    await page.getByText(t.members.resetPasswordText(who.corrected)).waitFor();
    await desk.look("member-reset");
    await page.getByRole("dialog").getByRole("button", { name: t.members.resetPassword }).click();
    const temporary = await page.getByRole("textbox", { name: t.members.temporary }).inputValue();
    const entering = async (password: string) => {
      const answer = await world.api("POST", "/api/auth/login", { clinic: slug, username: "reem", password });
      return (answer.errors as { code: string }[] | undefined)?.[0]?.code;
    };
    expect(await entering(`${temporary}x`)).toBe("InvalidCredentials");
    expect(await entering(temporary), "it is theirs").not.toBe("InvalidCredentials");
    await desk.look("member-temporary");
    await desk.button(t.members.done).click();

    await desk.button(t.members.deactivate).click();
    await page.getByRole("dialog").getByRole("button", { name: t.members.deactivate }).click();
    await desk.button(t.members.reactivate).first().waitFor();
    await desk.look("member-inactive");
    const isActive = async () => (await owner.ask<{ active: boolean }>("GET", `/api/users/${id}`)).active;
    expect(await isActive()).toBe(false);
    await page.getByRole("main").getByRole("button", { name: t.members.reactivate, exact: true }).click();
    await page.getByText(t.members.reactivated).waitFor();
    expect(await isActive()).toBe(true);
  });

  test("roles are read with the keyboard, copied, changed and deleted", async () => {
    const { page } = desk;
    await page.goto("/settings/roles");
    const grid = page.getByRole("grid");
    await grid.waitFor();
    await desk.look("roles");
    await grid.getByRole("gridcell").first().focus();
    const forward = language === "ar" ? "ArrowLeft" : "ArrowRight";
    for (const key of ["ArrowDown", forward, forward]) await page.keyboard.press(key);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-at"))).toBe("1 2");
    for (const key of ["PageUp", "Enter"]) await page.keyboard.press(key);
    await page.getByRole("link", { name: t.members.copyRole }).click();
    await desk.field(t.members.roleTitle).fill(who.role);
    await page.getByLabel(t.members.can["templates:write"]).uncheck();
    expect(await page.getByLabel(t.members.can["tenant:own"]).isChecked()).toBe(false);
    await page.getByLabel(t.members.can["tenant:own"]).press("Space");
    expect(await page.getByLabel(t.members.can["tenant:own"]).isChecked(), "the owner's alone").toBe(false);
    await desk.look("role-new");
    await desk.button(t.members.createRole).click();
    await page.getByRole("heading", { name: who.role, level: 1 }).waitFor();
    await page.getByLabel(t.members.can["queues:delete"]).uncheck();
    await desk.button(t.members.saveRole).click();
    await page.getByText(t.members.roleSaved).waitFor();
    const made = (await owner.ask<{ items: { title: string; permissions: string[] }[] }>("GET", "/api/roles")).items.find(({ title }) => title === who.role);
    expect(made?.permissions).toContain("queues:read");
    for (const taken of ["templates:write", "queues:delete", "tenant:own"]) expect(made?.permissions, taken).not.toContain(taken);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto("/settings/roles");
    await page.getByLabel(t.members.showRole).waitFor();
    await desk.look("roles-360");
    await page.getByRole("link", { name: t.members.openRole }).click();
    await desk.button(t.members.deleteRole).click();
    await desk.look("role-delete-360");
    await page.getByRole("dialog").getByRole("button", { name: t.members.deleteRole }).click();
    await page.getByText(t.members.roleDeleted).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("grid").waitFor();
    expect(await page.getByRole("columnheader").count(), "the others are there").toBeGreaterThan(5);
    expect(await page.getByRole("columnheader", { name: who.role }).count()).toBe(0);
    const { items } = await owner.ask<{ items: { title: string }[] }>("GET", "/api/roles");
    expect(items.map(({ title }) => title)).not.toContain(who.role);
  });

  test("a forgotten password is set anew by a code, and nobody is told who has an account", async () => {
    const guest = await world.visitor(language);
    const { page } = guest;
    await page.goto("/sign-in?next=%2Fqueues");
    await page.getByRole("link", { name: t.identity.forgot }).click();
    await guest.look("reset");
    const ask = async (username: string) => {
      await guest.field(t.identity.clinic).fill(slug);
      await guest.field(t.identity.username).fill(username);
      await guest.button(t.identity.sendCode).click();
      await page.getByText(t.identity.codeOnItsWay(username, 15)).or(page.getByRole("status").filter({ hasText: username })).first().waitFor();
    };
    await ask("nobody.at.all");
    await guest.button(t.identity.back).click();
    await ask("latifa");
    const codeOf = async () => (await world.phone(phone)).map((text) => /\d{4}-\d{4}/.exec(text)?.[0]).filter(Boolean).at(-1);
    await expect.poll(codeOf, { timeout: 15_000 }).toBeTruthy();
    await guest.field(t.identity.code).fill("1111-1111");
    await guest.field(t.identity.newPassword).fill(ANOTHER);
    await guest.button(t.identity.setPassword).click();
    await page.locator("input[name=code][aria-invalid]").waitFor();
    await guest.look("reset-code-wrong");
    await guest.field(t.identity.code).fill((await codeOf()) ?? "");
    await guest.button(t.identity.setPassword).click();
    await page.getByText(t.identity.notes.changed).waitFor();
    expect(page.url(), "where they wanted to go is kept").toContain("next=%2Fqueues");
    await guest.look("sign-in-changed");
    await guest.signIn(slug, "latifa", ANOTHER);
    await page.waitForURL("**/queues");
    await guest.leave();
  });

  test("whoever works elsewhere joins with that account, and goes to and fro with all tabs", async () => {
    const { page } = desk;
    const host = await world.clinic(`other-${language}`, language, { clinicName: who.other, fullName: who.doctor, username: "majed" });
    const { token } = await host.ask<{ token: string }>("POST", "/api/auth/invite", { fullName: who.owner, role: "manager" });
    await page.goto(`/invite#${token}`);
    await desk.field(t.identity.password).fill("wrong");
    await desk.button(t.identity.acceptInvitation).click();
    await page.locator("[aria-invalid]").waitFor();
    await desk.look("join");
    await desk.field(t.identity.password).fill(PASSWORD);
    await desk.button(t.identity.acceptInvitation).click();
    await page.getByRole("complementary").getByText(who.other).waitFor();
    const tab = await desk.tab("/settings/members");
    await tab.getByRole("link", { name: who.owner }).waitFor();
    await page.getByRole("button", { name: t.app.where }).click();
    await page.getByRole("dialog").getByRole("button", { name: who.clinic }).waitFor();
    await desk.look("where");
    await page.getByRole("dialog").getByRole("button", { name: who.clinic }).last().click();
    for (const one of [page, tab]) {
      await one.getByRole("complementary").getByText(who.clinic).waitFor();
      await one.getByRole("link", { name: who.second }).last().waitFor();
      expect(await one.getByText(who.other).count(), "nothing of the other one is left").toBe(0);
    }
    await tab.close();
  });

  test("whoever signs in by an e-mail address, and works in several places, says where", async () => {
    const mail = `mona@${language}.example`;
    const own = await world.clinic(`mona-${language}`, language, { clinicName: who.branch, fullName: who.nurse, username: mail });
    const { token } = await owner.ask<{ token: string }>("POST", "/api/auth/invite", { role: "manager" });
    await own.ask("POST", "/api/auth/join", { token, password: PASSWORD, username: "mona" });
    const guest = await world.visitor(language);
    await guest.page.goto("/sign-in?next=%2Fsettings%2Fmembers");
    await guest.signIn("", mail);
    await guest.page.getByRole("heading", { name: t.identity.chooseTenant }).waitFor();
    await guest.look("choose-tenant");
    await guest.page.getByRole("button", { name: who.clinic }).click();
    await guest.page.getByRole("link", { name: who.colleague }).waitFor();
    await guest.leave();
  });

  test("one branch's queues are shown, where somebody covers several", async () => {
    const { page } = desk;
    await page.getByRole("button", { name: t.app.where }).click();
    await page.getByRole("dialog").getByRole("button", { name: who.branch }).click();
    await page.getByRole("complementary").getByText(who.branch).waitFor();
    await page.getByRole("link", { name: who.second }).last().waitFor();
    await expect.poll(() => page.getByRole("link", { name: who.doctor }).count()).toBe(0);
    await page.reload();
    await page.getByRole("link", { name: who.second }).last().waitFor();
    expect(await page.getByRole("link", { name: who.doctor }).count(), "this device remembers it").toBe(0);
    await page.getByRole("button", { name: t.app.where }).click();
    await desk.button(t.app.allClinics).click();
    await page.getByRole("link", { name: who.doctor }).last().waitFor();
  });
});


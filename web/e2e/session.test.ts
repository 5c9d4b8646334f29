/** Sessions: one that ends in the middle of a form, an unusual sign-in, a second factor, two tabs that refresh at once. */

import { afterAll, beforeAll, expect, test } from "vitest";

import { codeAt } from "./totp";
import { people, words } from "./words";
import { PASSWORD, World } from "./world";

const t = words.ar;
const who = people.ar;

let world: World;
let token = "";
let queue = "";

beforeAll(async () => {
  world = await World.start();
  const clinic = await world.clinic("noor", "ar");
  token = clinic.token;
  queue = `/queues/${(await clinic.ask("POST", "/api/queues", { doctorName: who.doctor })).id}`;
});
afterAll(() => world.end());

test("a session that ends keeps what was typed, and goes on where it was", async () => {
  const desk = await world.visitor("ar");
  const { page } = desk;
  await page.goto(queue);
  await desk.signIn("noor");
  await page.getByText(t.queues.emptyWaiting).waitFor();
  expect(new URL(page.url()).pathname, "back where they wanted to go").toBe(queue);
  await page.getByRole("button", { name: t.queues.addPatient }).first().click();
  await desk.field(t.queues.fullName).fill(who.patients[0] ?? "");
  await desk.field(t.queues.phone).fill("0501234567");

  // The session ends elsewhere: the cookie is gone, and the token is refused from now on.
  await desk.context.clearCookies({ name: "__Secure-refresh" });
  await page.route("**/api/**", (route) => {
    const refused = { success: false, errors: [{ code: "Unauthenticated", message: "-" }], traceId: "-" };
    return /auth\//.test(route.request().url()) ? route.continue() : route.fulfill({ status: 401, json: refused });
  });
  await desk.button(t.queues.addToLine).click();
  const again = page.getByRole("dialog", { name: t.identity.again });
  await again.waitFor();
  await desk.look("session-ended");
  await page.unroute("**/api/**");
  await again.getByLabel(t.identity.password, { exact: true }).fill(PASSWORD);
  await again.getByRole("button", { name: t.identity.enter, exact: true }).click();
  await page.getByRole("article").filter({ hasText: who.patients[0] ?? "" }).waitFor();
  expect(new URL(page.url()).pathname).toBe(queue);
  expect(await page.getByRole("article").count(), "what was sent twice was done once").toBe(1);
  await desk.leave();
});

test("tabs share one session, whichever refreshes", async () => {
  const desk = await world.visitor("ar");
  const { page } = desk;
  await page.goto("/sign-in");
  await desk.signIn("noor");
  await page.getByRole("link", { name: who.doctor }).last().waitFor();
  let refreshes = 0;
  desk.context.on("request", (request) => {
    if (request.url().endsWith("/api/auth/refresh")) refreshes += 1;
  });
  const others = await Promise.all([1, 2, 3].map(() => desk.tab("/")));
  for (const one of others) await one.getByRole("link", { name: who.doctor }).last().waitFor();
  expect(refreshes, "a new tab is handed what another one has").toBe(0);
  await Promise.all([page, ...others].map((one) => one.reload()));
  for (const one of [page, ...others]) await one.getByRole("link", { name: who.doctor }).last().waitFor();
  await desk.leave();
});

test("an unusual sign-in asks for the code that came to the phone", async () => {
  await world.api("PUT", "/api/users/me", { fullName: who.owner, phone: "0501112233", currentPassword: PASSWORD }, token);
  const desk = await world.visitor("ar");
  await desk.page.goto("/sign-in");
  await desk.signIn("noor");
  await desk.page.getByRole("heading", { name: t.identity.codeTitle }).waitFor();
  await desk.look("code");
  const codeOf = async () => /\d{6}/.exec((await world.phone("+966501112233")).at(-1) ?? "")?.[0] ?? "";
  await expect.poll(codeOf, { timeout: 15_000 }).not.toBe("");
  await desk.field(t.identity.code).fill("000000");
  await desk.button(t.identity.confirm).click();
  await desk.page.locator("[aria-invalid]").waitFor();
  await desk.field(t.identity.code).fill(await codeOf());
  await desk.button(t.identity.confirm).click();
  await desk.page.getByRole("link", { name: who.doctor }).last().waitFor();
  await desk.leave();
});

test("whoever has a second factor is asked for it", async () => {
  const staged = await world.api("POST", "/api/auth/second-factor", { password: PASSWORD }, token);
  const { secret } = staged.data as { secret: string };
  // A code is good once: the one before is for setting it up.
  const confirmed = await world.api("POST", "/api/auth/second-factor/confirm", { code: codeAt(secret, -1) }, token);
  expect(confirmed.success, JSON.stringify(confirmed)).toBe(true);
  const desk = await world.visitor("ar");
  await desk.page.goto("/sign-in");
  await desk.signIn("noor");
  await desk.page.getByRole("heading", { name: t.identity.codeTitle }).waitFor();
  const arabic = codeAt(secret, 0).replace(/\d/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[Number(digit)] ?? digit);
  await desk.field(t.identity.code).pressSequentially(arabic);
  await desk.button(t.identity.confirm).click();
  await desk.page.getByRole("link", { name: who.doctor }).last().waitFor();
  await desk.leave();
});

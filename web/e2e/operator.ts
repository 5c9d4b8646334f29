import { words } from "./words";
import { codeAt } from "./totp";
import { PASSWORD, World, type Visitor } from "./world";

/** Adds an operator to what is in a folder, and returns the temporary password. */
export function addOperator(folder: string, username: string, fullName: string): string {
  const said = World.tool("operator", "add", "--username", username, "--full-name", fullName, "--role", "platform_admin", "--data", folder);
  return /^password (\S+)$/m.exec(said)?.[1] ?? "";
}

/** Signs an operator in for the first time: a password of their own and a second factor come before anything else. */
export async function beginAsOperator(desk: Visitor, username: string, temporary: string, shown: (name: string) => Promise<unknown>): Promise<void> {
  const { page } = desk;
  const t = words[desk.language];
  await page.goto("/platform/tenants");
  await desk.signIn("platform", username, temporary);
  await page.getByRole("heading", { name: t.account.dutyPassword }).waitFor();
  await shown("duty-password");
  await desk.field(t.account.currentPassword).fill(temporary);
  await desk.field(t.account.newPassword).fill(PASSWORD);
  await desk.button(t.account.changePassword).click();
  await page.getByRole("heading", { name: t.account.dutyFactor }).waitFor();
  await desk.field(t.account.currentPassword).fill(PASSWORD);
  await desk.button(t.account.goOn).click();
  await page.getByRole("img", { name: t.account.qr }).waitFor();
  await shown("duty-factor");
  const secret = ((await page.locator("bdi", { hasText: /^[A-Z2-7 ]{16,}$/ }).textContent()) ?? "").replaceAll(" ", "");
  await desk.field(t.account.code).fill(codeAt(secret, 0));
  await desk.button(t.account.confirm).click();
  await page.getByLabel(t.account.codesKept).check();
  await desk.button(t.account.done).click();
  await page.getByRole("heading", { name: t.platform.tenants, level: 1 }).waitFor();
}

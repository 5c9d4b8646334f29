import { browser, end } from "./browser";
import { Session } from "./state";

/** The session of this tab. */
export const session = new Session(browser);

/** Whether this browser was signed in when it was closed, as far as it knows. */
export function wasSignedIn(): boolean {
  return browser.remembered.get();
}

/** Signs out, in all tabs, and forgets what was typed. */
export async function signOut(): Promise<void> {
  await end();
  sessionStorage.clear();
  session.leave();
}

const PLACE = "dawr.clinic";

/** The clinic's name in addresses and the username, as they were at the last sign-in. */
interface LastSignIn {
  clinic: string;
  username: string;
}

export function lastSignIn(): LastSignIn {
  try {
    return { clinic: "", username: "", ...(JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<LastSignIn>) };
  } catch {
    return { clinic: "", username: "" };
  }
}

export function rememberSignIn(last: LastSignIn): void {
  localStorage.setItem(PLACE, JSON.stringify(last));
}

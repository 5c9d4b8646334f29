/** Pages that stand before the app. */
const DOORS = ["/sign-in", "/sign-up", "/reset", "/invite"];

export function isDoor(path: string): boolean {
  return DOORS.includes(path);
}

/** Whether a door concerns those who are signed in as well: an invitation may be for whoever already works elsewhere. */
export function isForAll(path: string): boolean {
  return path === "/invite";
}

/** Where somebody who came here wanted to go: a place in this app and nowhere else. */
export function next(): string {
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}

/** Goes to another door; where somebody wanted to go is kept. */
export function goTo(door: string, note?: Note): void {
  history.pushState(note ? { note } : null, "", door + location.search);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** What a door is told by the one before it. */
type Note = "changed" | "joined";

export function noted(): Note | undefined {
  return (history.state as { note?: Note } | null)?.note;
}

import "./styles/app.css";

import { createRoot } from "react-dom/client";

import { BrokenApp, Connecting, Crash } from "./app/Crash";
import { forgetOthers, guardHtml, reloadOldVersions } from "./app/guard";
import { isDoor, isForAll, next } from "./features/identity/doors";
import { show } from "./i18n/preferences";
import { arrived } from "./first";
import { wasSignedIn } from "./session/session";
import { common } from "./ui/texts";

guardHtml();
reloadOldVersions();
forgetOthers();
show();

const root = createRoot(document.getElementById("app") as HTMLElement);

/** Those who are signed in get the app; others the door, which is all that is loaded for them. */
async function start(): Promise<void> {
  if (wasSignedIn() && !isForAll(location.pathname)) void import("./app/App");
  const words = common.load();
  // A bad line signs nobody out: it is asked until it answers, and that is said.
  const slow = setTimeout(() => void words.then(() => root.render(<Connecting />)), 1_500);
  const [state] = await Promise.all([arrived, words]);
  clearTimeout(slow);
  if (state.is !== "in" || isForAll(location.pathname)) {
    await knock();
    return;
  }
  if (isDoor(location.pathname)) history.replaceState(null, "", next());
  await enter();
}

/** What cannot be begun says so, instead of staying white. */
function fail(error: unknown): void {
  root.render(<BrokenApp error={error} />);
}

async function enter(): Promise<void> {
  const { App, prepare } = await import("./app/App");
  await prepare();
  root.render(
    <Crash>
      <App />
    </Crash>,
  );
}

async function knock(): Promise<void> {
  const { Door, prepare } = await import("./features/identity/Door");
  await prepare();
  if (!isDoor(location.pathname)) {
    const from = location.pathname + location.search;
    history.replaceState(null, "", from === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(from)}`);
  }
  let isOpen = false;
  const go = () => {
    // The door may say it more than once while the app is on its way.
    if (isOpen) return;
    isOpen = true;
    history.replaceState(null, "", next());
    enter().catch(fail);
  };
  root.render(
    <Crash>
      <Door onEntered={go} />
    </Crash>,
  );
}

start().catch(fail);

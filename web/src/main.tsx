import "./styles/app.css";

import { createRoot } from "react-dom/client";

import { Crash } from "./app/Crash";
import { guardHtml, reloadOldVersions } from "./app/guard";
import { show } from "./i18n/preferences";
import { session } from "./session/session";
import { common } from "./ui/texts";

guardHtml();
reloadOldVersions();
show();

const root = createRoot(document.getElementById("app") as HTMLElement);

/** Those who are signed in get the app; others the door, which is all that is loaded for them. */
async function start(): Promise<void> {
  const [state] = await Promise.all([session.begin(), common.load()]);
  if (state.is === "in") await enter();
  else await knock();
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
  const { Door, prepare, isDoor, next } = await import("./features/identity/Door");
  await prepare();
  if (!isDoor(location.pathname)) {
    const from = location.pathname + location.search;
    history.replaceState(null, "", from === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(from)}`);
  }
  const go = () => {
    history.replaceState(null, "", next());
    void enter();
  };
  root.render(
    <Crash>
      <Door onEntered={go} />
    </Crash>,
  );
}

void start();

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";

import { HELP, listen, shortcutsNow, useShortcuts, type Shortcut } from "@/app/shortcuts";
import { prefer } from "@/i18n/preferences";

const run = vi.fn<() => void>();
const help = vi.fn<() => void>();
let root: Root;
let stop: () => void;

function Page({ keys }: { keys: (Shortcut | false)[] }) {
  useShortcuts(keys);
  return null;
}

const next: Shortcut = { code: "KeyN", key: "N", label: "next", run };

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  document.body.innerHTML = "<div id=page></div><input id=field /><div id=menu role=menu></div>";
  root = createRoot(document.getElementById("page") as HTMLElement);
  await act(async () => root.render(createElement(Page, { keys: [next, false, { code: HELP, key: HELP, label: "help", run: help }] })));
  stop = listen();
});
afterEach(async () => {
  stop();
  await act(async () => root.unmount());
  prefer({ shortcuts: true });
  vi.clearAllMocks();
});

const press = (init: KeyboardEventInit, target: Element = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));

test("a key works by its place, whichever script is written", () => {
  press({ code: "KeyN", key: "n" });
  press({ code: "KeyN", key: "ى" });
  expect(run).toHaveBeenCalledTimes(2);
});

test("the list opens on every keyboard", () => {
  press({ code: "Slash", key: "?", shiftKey: true });
  press({ code: "Slash", key: "؟", shiftKey: true });
  press({ code: "Minus", key: "?", shiftKey: true });
  expect(help).toHaveBeenCalledTimes(3);
});

test("nothing happens while somebody types, in a menu, in a dialog, or with the browser's own keys", () => {
  press({ code: "KeyN", key: "n" }, document.getElementById("field") as Element);
  press({ code: "KeyN", key: "n" }, document.getElementById("menu") as Element);
  for (const held of ["ctrlKey", "metaKey", "altKey", "shiftKey", "repeat"]) press({ code: "KeyN", key: "n", [held]: true });
  document.body.insertAdjacentHTML("beforeend", "<div role=dialog></div>");
  press({ code: "KeyN", key: "n" });
  expect(run).not.toHaveBeenCalled();
});

test("they can be switched off", () => {
  prefer({ shortcuts: false });
  press({ code: "KeyN", key: "n" });
  press({ code: "Slash", key: "?", shiftKey: true });
  expect([run, help].map((one) => one.mock.calls.length)).toEqual([0, 0]);
});

test("the keys of a page go with it", async () => {
  expect(shortcutsNow().map(({ key }) => key)).toEqual(["N", HELP]);
  await act(async () => root.render(null));
  press({ code: "KeyN", key: "n" });
  expect(run).not.toHaveBeenCalled();
  expect(shortcutsNow()).toEqual([]);
});

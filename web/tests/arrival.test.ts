import { createElement } from "react";
import { beforeEach, expect, test } from "vitest";

import { arrive } from "@/app/arrival";
import { Broken, BrokenApp } from "@/app/Crash";
import { NoAnswer } from "@/api/failure";
import ar from "@/ui/ar";
import en from "@/ui/en";
import { common } from "@/ui/texts";

import { draw, settled } from "./draw";

beforeEach(() => {
  document.body.innerHTML = "<a href='/patients'>.</a><main></main>";
  document.querySelector("a")?.focus();
});

const main = () => document.querySelector("main") as HTMLElement;

test("who opens a page is led to its heading, also where that comes late", async () => {
  const stop = arrive(main());
  expect(document.activeElement?.tagName).toBe("A");
  main().innerHTML = "<h1>.</h1>";
  await settled();
  expect(document.activeElement?.tagName).toBe("H1");
  document.querySelector("a")?.focus();
  main().append(document.createElement("p"));
  await settled();
  expect(document.activeElement?.tagName, "and not again and again").toBe("A");
  stop();
});

test("who has gone elsewhere before the heading came stays there", async () => {
  const stop = arrive(main());
  const other = document.createElement("button");
  document.body.prepend(other);
  other.focus();
  main().innerHTML = "<h1>.</h1>";
  await settled();
  expect(document.activeElement).toBe(other);
  stop();
});

test("a heading that gives way to another gives it the focus, unless that was taken away", async () => {
  main().innerHTML = "<h1>.</h1>";
  const stop = arrive(main());
  main().innerHTML = "";
  await settled();
  main().innerHTML = "<h1>..</h1>";
  await settled();
  expect(document.activeElement?.textContent).toBe("..");
  document.querySelector("h1")?.blur();
  main().append(document.createElement("p"));
  await settled();
  main().innerHTML = "<h1>...</h1>";
  await settled();
  expect(document.activeElement).toBe(document.body);
  stop();
});

test("who was led to a field stays there", () => {
  main().innerHTML = "<h1>.</h1><input>";
  document.querySelector("input")?.focus();
  arrive(main());
  expect(document.activeElement?.tagName).toBe("INPUT");
});

test("where not even the words could be loaded that is said in both languages", async () => {
  expect(common.loaded).toBe(false);
  const drawn = await draw(createElement(BrokenApp, { error: new NoAnswer("none") }));
  expect([...drawn.place.querySelectorAll("[lang]")].map((part) => part.textContent)).toEqual([
    `${ar.notOpened}${ar.retry}`,
    `${en.notOpened}${en.retry}`,
  ]);
  await drawn.gone();
});

test("a page that cannot be opened has a heading, and a part of one has none of its own", async () => {
  await common.load();
  const error = new NoAnswer("none");
  const retry = () => undefined;
  const drawn = await draw(createElement(Broken, { error, retry }));
  expect(drawn.place.querySelectorAll("h1")).toHaveLength(1);
  expect(drawn.place.querySelector("main"), "it stands in the frame's").toBeNull();
  await drawn.again(createElement(Broken, { error, retry, part: true }));
  expect(drawn.place.querySelector("h1")).toBeNull();
  await drawn.gone();
});

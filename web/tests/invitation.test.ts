import { createElement } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import Invitation from "@/features/identity/Invitation";
import ar from "@/features/identity/ar";
import { identity } from "@/features/identity/texts";
import { common } from "@/ui/texts";

import { after, draw, network } from "./draw";

beforeEach(() => Promise.all([identity.load(), common.load()]));
afterEach(() => vi.unstubAllGlobals());

test("a link that was broken on its way leads to what to do, and asks nobody", async () => {
  const calls = network(() => undefined);
  for (const hash of ["#%", "#inv%E0%A4%A", "#"]) {
    history.replaceState(null, "", `/invite${hash}`);
    const drawn = await draw(createElement(Invitation, { onEntered: () => undefined }));
    await after(() => undefined);
    expect(drawn.place.textContent, hash).toContain(ar.invitationOver);
    await drawn.gone();
  }
  expect(calls).toEqual([]);
});

import { expect, test } from "vitest";

import type { WhatsAppStandingView } from "@/api/generated";
import { checksOf, stopOf, worst, type Found } from "@/features/whatsapp/checks";

const CONNECTED = "2026-11-28T08:00:00Z";
const NOW = Date.parse("2026-11-28T12:00:00Z");

const account: WhatsAppStandingView = {
  accountEvent: null,
  accountEventAt: null,
  callbackUrl: "https://dawr.example/api/webhooks/whatsapp",
  connectedAt: CONNECTED,
  heldUntil: null,
  noticeTemplate: { name: "dawr_notice", language: "ar" },
  noticeTemplatePaused: null,
  phoneNumberId: "106540352242922",
  stoppedBy: null,
  version: 1,
};

const nothing: Found = { heard: undefined, stuck: undefined, answers: undefined };
const of = (id: string, change: Partial<WhatsAppStandingView> = {}, found: Partial<Found> = {}) =>
  checksOf({ ...account, ...change }, { ...nothing, ...found }, NOW).find((check) => check.id === id);

test("a number that WhatsApp stopped is not called well, and says why", () => {
  const until = "2026-11-28T12:15:00Z";
  expect(of("sending", { stoppedBy: 131_042, heldUntil: until })).toEqual({ id: "sending", is: "bad", stop: "payment", code: 131_042, until });
  expect(of("sending", { heldUntil: until })).toEqual({ id: "sending", is: "warn", until });
  expect(of("sending")).toEqual({ id: "sending", is: "ok" });
  expect([190, 210, 133_010, 368, 424_242].map(stopOf)).toEqual(["token", "token", "number", "locked", "other"]);
});

test("callbacks are known to come by those that came for this connection", () => {
  const at = (time: string) => `2026-11-28T${time}:00Z`;
  const heard = (sentAt: string | null, calledBackAt: string | null) => of("callbacks", {}, { heard: { sentAt, calledBackAt } })?.is;
  expect(heard(at("11:00"), at("11:01"))).toBe("ok");
  expect(heard(at("11:00"), at("07:00")), "of the connection before").toBe("bad");
  expect(heard(at("11:55"), null), "a phone may be off for some minutes").toBe("unknown");
  expect(heard(at("07:00"), null)).toBe("unknown");
  expect(of("callbacks")?.is).toBe("unknown");
});

test("the whole is as well as its worst part, and what is not known is no fault", () => {
  expect(worst(checksOf(account, nothing, NOW))).toBe("ok");
  expect(worst(checksOf({ ...account, noticeTemplate: null }, nothing, NOW))).toBe("warn");
  expect(worst(checksOf(account, { ...nothing, answers: false }, NOW))).toBe("bad");
  expect(worst(checksOf(account, { ...nothing, stuck: 3 }, NOW))).toBe("bad");
  expect(of("address"), "without the token nobody can ask").toBeUndefined();
});

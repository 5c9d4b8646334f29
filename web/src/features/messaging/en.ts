import { pluralEn } from "@/i18n/plural";
import type { Texts } from "@/i18n/texts";
import { isolate } from "@/lib/bidi";

import type ar from "./ar";

const en = {
  sendTitle: "Message those who wait",
  choose: "Choose a template",
  noTemplates: "There are no templates yet.",
  paused: "Paused by WhatsApp",
  back: "Change template",
  send: (n: number) => pluralEn(n, { zero: "Nobody to send to", one: "Send # message", other: "Send # messages" }),
  willGet: (n: number) =>
    pluralEn(n, { zero: "Nobody will get a message", one: "# patient will get it", other: "# patients will get it" }),
  skipped: (n: number) => pluralEn(n, { zero: "Nobody is skipped", one: "# patient is skipped", other: "# patients are skipped" }),
  nobody: "Nobody waits in this queue now.",
  truncated: "Only the first 500 are shown; everybody is sent to.",
  left: (n: number) => pluralEn(n, { zero: "Nothing is left of your quota", one: "# message left", other: "# messages left" }),
  asTemplate: "Approved template",
  asText: "Plain text",
  progressTitle: "Sending",
  progress: (done: string, all: string) => `${done} of ${all}`,
  sendingNow: "Sending…",
  allDone: "All sent",
  someFailed: (n: number) => pluralEn(n, { zero: "No message failed", one: "# message failed", other: "# messages failed" }),
  stopped: (n: number) =>
    pluralEn(n, { zero: "No message was stopped", one: "One message was stopped before it went", other: "# messages were stopped before they went" }),
  showFailed: "Show what failed",
  done: "Done",
  failedTitle: "Failed messages",
  failedIntro: "They did not arrive and wait for your decision: mend the cause and send again, or remove them.",
  noneFailed: "No message has failed",
  noneFailedHint: "A message that cannot be sent shows here with the reason and what can be done.",
  noneMatch: "None for this reason",
  allReasons: "All reasons",
  reasonsLabel: "Filter by reason",
  retry: "Send again",
  retryOf: (name: string) => `Send again to ${isolate(name)}`,
  dismissOf: (name: string) => `Remove the message to ${isolate(name)} from the list`,
  retryAll: "Send all again",
  retried: (n: number) =>
    pluralEn(n, { zero: "Nothing was sent again", one: "# message was sent again", other: "# messages were sent again" }),
  notRetried: (text: string) => `Some stay: ${text}`,
  dismissed: (name: string) => `The message to ${isolate(name)} was removed`,
  moreFailed: "Only the newest are shown; “Send all again” means every one.",
  retriedBefore: (n: number) =>
    pluralEn(n, { zero: "Not sent again before", one: "Sent again # time", other: "Sent again # times" }),
  variables: {
    patientName: "patient's name",
    ticketNumber: "number",
    position: "place",
    peopleAhead: "people ahead",
    estimatedWait: "minutes to wait",
    doctorName: "doctor's name",
    clinicName: "clinic's name",
  },
  reasons: {
    NotReachable: "Not on WhatsApp",
    OptedOut: "Asked for no messages",
    WindowClosed: "24-hour window closed",
    EcosystemLimit: "WhatsApp's limit per patient",
    Rejected: "Refused by WhatsApp",
    TemplatePaused: "Template paused",
    AccountStopped: "WhatsApp account stopped",
    AttemptsExhausted: "All tries failed",
    OutcomeUnknown: "Outcome not known",
    NotConnected: "WhatsApp not connected",
    TurnOver: "Turn is over",
    TextInvalid: "Text cannot be sent as it is",
  },
} satisfies Texts<typeof ar>;

export default en;

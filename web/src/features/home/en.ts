import { pluralEn } from "@/i18n/plural";
import type { Texts } from "@/i18n/texts";
import { isolate } from "@/lib/bidi";

import type ar from "./ar";

const en = {
  today: "Today",
  hello: (name: string) => `Hello ${isolate(name)}`,
  waiting: "waiting",
  serving: "called or with the doctor",
  served: "served today",
  queues: "Queues",
  newQueue: "New queue",
  now: "Current number",
  nobodyYet: "Nobody called yet",
  waitingHere: (n: number) => pluralEn(n, { zero: "nobody waits", one: "patient waits", other: "patients wait" }),
  closed: "Closed",
  attention: "Needs attention",
  failed: (n: number) =>
    pluralEn(n, {
      zero: "No failed messages",
      one: "# message did not arrive and waits for your decision",
      other: "# messages did not arrive and wait for your decision",
    }),
  noQueues: "No queue is open for you",
  noQueuesHint: "Ask the clinic's manager to open one.",
  stepsTitle: "Let us begin",
  stepsIntro: "Three steps to the first message to a patient.",
  stepQueue: "Open a doctor's queue",
  stepQueueHint: "Each doctor has a queue with its own numbers.",
  stepPatient: "Add the first patient",
  stepPatientHint: "A name and a mobile number are enough.",
  stepMessage: "Send the first message",
  stepMessageHint: "Choose a ready template and see what arrives before you send.",
  go: "Begin",
  openIt: "Open the queue",
  before: "Before the first day",
  connectNumber: "Connect a WhatsApp number",
  inviteTeam: "Invite the team",
  chooseLook: "Choose your colour",
  doneStep: "Done",
} satisfies Texts<typeof ar>;

export default en;

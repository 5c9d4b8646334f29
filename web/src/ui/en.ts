import type { Texts } from "@/i18n/texts";
import { pluralEn } from "@/i18n/plural";
import { number } from "@/lib/format";

import type ar from "./ar";

const en = {
  product: "Dawr",
  close: "Close",
  undo: "Undo",
  retry: "Try again",
  dismiss: "Dismiss",
  optional: "(optional)",
  noAnswer: "No connection. Check the network and try again; what you typed is kept.",
  notOpened: "The page cannot be opened",
  somethingWrong: "Something unexpected went wrong. Try again.",
  notNumber: "Enter a whole number.",
  traceId: "Request number for support:",
  connecting: "Connecting… trying until the server answers.",
  offline: "There is no network. The screen updates as soon as it is back.",
  notifications: "Notifications",
  cancel: "Cancel",
  pages: "Pages",
  newest: "Newest",
  newer: "Newer",
  older: "Older",
  yes: "Yes",
  no: "No",
  conflict: "Somebody changed this record after you opened it",
  conflictHint: "Choose for each field what stays, then save.",
  conflictNone: "Their change does not touch what you typed. Look at it, then save.",
  changedMeanwhile: "Changed by somebody else to",
  standsNow: "Saved now",
  typed: "What you typed",
  nothing: "Empty",
  saveChosen: "Save what I chose",
  letGo: "Let go of what I typed",
  minutes: (n: number) => pluralEn(n, { zero: "under a minute", one: "# minute", other: "# minutes" }),
  minutesWithin: (n: number) => pluralEn(n, { zero: "under a minute", one: "# minute", other: "# minutes" }),
  hoursMinutes: (hours: number, minutes: number) => (minutes === 0 ? `${number(hours)} h` : `${number(hours)} h ${number(minutes)} min`),
  waited: (text: string) => `waiting for ${text}`,
  status: {
    waiting: "Waiting",
    called: "Called",
    in_service: "With the doctor",
    served: "Served",
    no_show: "Did not come",
    cancelled: "Cancelled",
  },
  message: {
    queued: "On its way",
    sending: "Being sent",
    unknown: "Not certain",
    stopped: "Stopped",
    sent: "Sent",
    failed: "Not sent",
    delivered: "Delivered",
    read: "Read",
  },
} satisfies Texts<typeof ar>;

export default en;

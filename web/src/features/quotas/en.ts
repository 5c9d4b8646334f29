import { pluralEn } from "@/i18n/plural";
import type { Texts } from "@/i18n/texts";
import { isolate } from "@/lib/bidi";

import type ar from "./ar";

const en = {
  title: "Message quotas",
  intro: "How many messages each member sends, and how many queues they open. Whoever may do so has no limit until you set one; only a moderator has nothing but what you grant.",
  members: "Members",
  nobody: "There are no members in your branches",
  showLabel: "Filter quotas",
  shows: { all: "All", empty: "Nothing left", limited: "With a quota", unlimited: "No limit" },
  noneShown: "Nobody passes this filter",
  you: "You",
  unnamed: "Member",
  inactive: "Inactive",
  messages: "Messages",
  queues: "Queues",
  noLimit: "No limit",
  neverGranted: "Nothing granted",
  left: (n: number) => pluralEn(n, { zero: "nothing left", one: "# left", other: "# left" }),
  usedOf: (used: string, all: string) => `${used} of ${all} used`,
  used: (n: string) => `${n} used`,
  reserved: (n: number) => pluralEn(n, { zero: "none on the way", one: "# message on its way", other: "# messages on their way" }),
  change: "Change the quota",
  changeOf: (name: string) => `Change the quota of ${isolate(name)}`,
  remove: "Remove the quota",
  removeOf: (name: string) => `Remove the quota of ${isolate(name)}`,
  more: (name: string) => `Quota options of ${isolate(name)}`,
  direction: "What to do",
  directions: { add: "Add to the quota", take: "Take back from it" },
  addMessages: "How many messages",
  addQueues: "How many queues",
  leaveEmpty: "Leave it empty to change nothing",
  after: (text: string) => `Then available: ${text}`,
  becomesLimit: "There is no limit now. What you add becomes the limit.",
  save: "Save",
  saved: (name: string) => `The quota of ${isolate(name)} was changed`,
  removeHint: "All that was set is taken back and the role counts again: a moderator sends nothing and opens no queues, others have no limit. What was asked for before still goes.",
  removed: (name: string) => `The quota of ${isolate(name)} was removed`,
} satisfies Texts<typeof ar>;

export default en;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { ahead } from "@/app/query";
import { root } from "@/app/root";
import { text } from "@/app/search";
import { LOG_SEARCH, type LogSearch } from "@/features/messaging/queries";

import { lineQuery, queueQuery } from "./queries";
import { queues } from "./texts";

/** Which part of the line a phone shows, whose tickets are done. */
export const VIEWS = ["waiting", "serving", "finished"] as const;
export type View = (typeof VIEWS)[number];

/** What of a queue is shown: the line; or what was sent to its patients, what failed, and how it is set. */
export const TABS = ["now", "messages", "failed", "settings"] as const;
export type QueueTab = (typeof TABS)[number];

export interface QueueSearch extends LogSearch {
  view?: View;
  tab?: QueueTab;
  reason?: string;
}

const texts = text(...LOG_SEARCH, "reason");

const queue = createRoute({
  getParentRoute: () => root,
  path: "/queues/$queueId",
  validateSearch: (search): QueueSearch => {
    const view = VIEWS.find((one) => one === search.view);
    const tab = TABS.find((one) => one === search.tab);
    return {
      ...(view && view !== "waiting" && { view }),
      ...(tab && tab !== "now" && { tab, ...texts(search) }),
    };
  },
  loader: ({ params, preload, cause }) => {
    // It comes beside the page's own script. A link that is only pointed at asks for nothing of a queue, and what is chosen within
    // the page changes nothing of it.
    if (!preload && cause === "enter") {
      ahead(queueQuery(params.queueId));
      ahead(lineQuery(params.queueId));
    }
    return queues.load();
  },
  component: lazyRouteComponent(() => import("./QueuePage"), "QueuePage"),
});

export const queueRoutes = [queue] as const;

import { createRoute, createRouter } from "@tanstack/react-router";

import { root } from "@/app/root";
import { QueuePage } from "@/features/queues/QueuePage";
import { queues } from "@/features/queues/texts";

const queue = createRoute({
  getParentRoute: () => root,
  path: "/queues/$queueId",
  loader: () => queues.load(),
  component: QueuePage,
});

export const router = createRouter({ routeTree: root.addChildren([queue]), defaultPreload: "intent" });

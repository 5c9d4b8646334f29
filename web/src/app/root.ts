import { createRootRoute } from "@tanstack/react-router";

import { NotFound, Shell } from "./Shell";

/** What every page hangs on; each feature's `routes.ts` hangs its own there. */
export const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

import type { ComponentProps } from "react";
import { createLink } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";

import { Icon } from "./Icon";

function Up({ children, ...rest }: ComponentProps<"a">) {
  return (
    <a {...rest} className="inline-flex min-h-6 items-center gap-1 self-start text-sm text-brand hover:underline">
      <Icon of={ChevronRight} className="size-4 ltr:-scale-x-100" />
      {children}
    </a>
  );
}

/** Leads from a page to the list that it belongs to; it stands above the page's name, and is called as the list is. */
export const Back = createLink(Up);

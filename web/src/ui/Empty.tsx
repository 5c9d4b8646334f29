import type { ReactNode } from "react";
import type { LucideIcon } from "lucide-react";

import { Icon } from "./Icon";

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  /** A heading where it is all that there is on the page. */
  as?: "p" | "h1";
}

/** Nothing here yet, and what to do first. */
export function Empty({ icon, title, children, as: Title = "p" }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-10 text-center">
      <span className="flex size-14 items-center justify-center rounded-full bg-brand-soft text-brand-ink">
        <Icon of={icon} className="size-7" />
      </span>
      <Title className="font-medium">{title}</Title>
      {children && <div className="flex max-w-prose flex-col items-center gap-4 text-sm text-muted">{children}</div>}
    </div>
  );
}

/** Where something will be, in about its size. */
export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden className={`animate-[shimmer_1.6s_ease-in-out_infinite] rounded-lg bg-raised ${className}`} />;
}

/** A share of a whole, in a bar; the words beside it say it, too. */
export function Progress({ label, of, done }: { label: string; of: number; done: number }) {
  const share = of === 0 ? 100 : Math.round((done / of) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={share}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-2 overflow-hidden rounded-full bg-raised"
    >
      <div className="h-full rounded-full bg-brand transition-[width] duration-200" style={{ width: `${share}%` }} />
    </div>
  );
}

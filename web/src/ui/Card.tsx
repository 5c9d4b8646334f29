import { useId, type ReactNode } from "react";

interface CardProps {
  /** Left out where the page's own heading says it. */
  title?: ReactNode;
  /** What it is about, in a sentence. */
  intro?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A part of a page that stands for itself. */
export function Card({ title, intro, actions, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className="flex flex-col gap-4 rounded-xl border border-hairline bg-surface p-4 sm:p-5"
    >
      {title !== undefined && (
        <header className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0 flex-1 basis-60">
            <h2 id={id} className="text-lg font-semibold">
              {title}
            </h2>
            {intro && <div className="max-w-prose text-sm text-muted">{intro}</div>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

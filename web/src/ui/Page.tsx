import { useEffect, type ReactNode } from "react";

import { cx } from "./cx";

const WIDTHS = { form: "max-w-2xl", list: "max-w-4xl", wide: "max-w-6xl" };

interface PageProps {
  title: string;
  /** What the page is for, in a sentence. */
  intro?: ReactNode;
  /** To the list that it belongs to: a `Back`. */
  back?: ReactNode;
  /** What can be done with the whole of it. */
  actions?: ReactNode;
  width?: keyof typeof WIDTHS;
  children: ReactNode;
}

/** A page: its name, which is the window's too, what it is for, and what can be done. */
export function Page({ title, intro, back, actions, width = "list", children }: PageProps) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className={cx("mx-auto flex w-full flex-col gap-4 p-4 md:p-6", WIDTHS[width])}>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          {back}
          <h1 className="text-2xl font-bold">{title}</h1>
          {intro && <div className="max-w-prose text-sm text-muted">{intro}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

import { lazy, Suspense, useState } from "react";
import { CircleUserRound } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Icon } from "@/ui/Icon";
import { Bdi } from "@/ui/Text";

import { useMe } from "./me";
import { app } from "./texts";

const AccountDialog = lazy(() => import("./AccountDialog"));

/** Who is signed in, and a way to how things look and out. */
export function Account({ small }: { small?: boolean }) {
  const t = useTexts(app);
  const me = useMe();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className={
          small
            ? "flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 px-1 text-xs text-muted -outline-offset-2"
            : "flex min-h-12 items-center gap-3 rounded-md px-3 text-start transition-colors hover:bg-raised"
        }
      >
        <Icon of={CircleUserRound} className={small ? undefined : "text-muted"} />
        <span className="sr-only">{t.account}</span>
        <Bdi className={small ? "max-w-full truncate" : "min-w-0 flex-1 truncate text-sm"}>{me.fullName}</Bdi>
      </button>
      {open && (
        <Suspense>
          <AccountDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

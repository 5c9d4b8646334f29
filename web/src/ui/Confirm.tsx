import type { ReactNode } from "react";

import { useTexts } from "@/i18n/texts";

import { Button } from "./Button";
import Dialog from "./Dialog";
import { Problem } from "./form";
import { common } from "./texts";

interface ConfirmProps {
  title: string;
  /** What follows from it. */
  children: ReactNode;
  /** What is done, in the button's words. */
  action: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is taken away. Load it where it is opened: `lazy(() => import(…))`. */
export default function Confirm({ title, children, action, busy, error, onConfirm, onClose }: ConfirmProps) {
  const t = useTexts(common);
  const footer = (
    <>
      <Button look="quiet" onClick={onClose}>
        {t.cancel}
      </Button>
      <Button look="danger" busy={busy ?? false} onClick={onConfirm}>
        {action}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} footer={footer}>
      <div className="flex flex-col gap-3">
        {error !== undefined && error !== null && <Problem error={error} />}
        {children}
      </div>
    </Dialog>
  );
}

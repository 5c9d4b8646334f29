import type { ReactNode } from "react";
import { X } from "lucide-react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";

import { useTexts } from "@/i18n/texts";

import { Aria } from "./aria";
import { IconButton } from "./Button";
import { cx } from "./cx";
import { common } from "./texts";

interface DialogProps {
  title: string;
  /** What closing means is up to whoever opened it. */
  onClose: () => void;
  children: ReactNode;
  /** What stays in sight below what scrolls. */
  footer?: ReactNode;
  wide?: boolean;
  /** Asks something that must be answered: a press beside it does not close it. */
  firm?: boolean;
}

/** A dialog; on a phone a sheet that comes from below. Load it where it is opened: `lazy(() => import(…))`. */
export default function Dialog({ title, onClose, children, footer, wide, firm }: DialogProps) {
  const t = useTexts(common);
  return (
    <Aria>
      <ModalOverlay
        isOpen
        isDismissable={!firm}
        isKeyboardDismissDisabled={firm ?? false}
        onOpenChange={(open) => !open && onClose()}
        className="fixed inset-0 z-40 flex items-end justify-center bg-veil sm:items-center sm:p-6"
      >
        <Modal
          className={cx(
            "flex max-h-[92dvh] w-full animate-[rise_.18s_var(--ease-out)] flex-col overflow-hidden rounded-t-xl bg-surface shadow-xl sm:rounded-xl",
            wide ? "sm:max-w-2xl" : "sm:max-w-md",
          )}
        >
          <AriaDialog className="flex min-h-0 flex-col outline-none">
            <header className="flex items-center justify-between gap-2 border-b border-hairline py-2 ps-5 pe-2 min-h-15">
              <Heading slot="title" className="text-lg font-semibold">
                {title}
              </Heading>
              {!firm && <IconButton icon={X} label={t.close} onClick={onClose} />}
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto p-5">{children}</div>
            {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-hairline p-3 sm:px-5">{footer}</footer>}
          </AriaDialog>
        </Modal>
      </ModalOverlay>
    </Aria>
  );
}

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Problem, useSending } from "@/ui/form";

import { members } from "./texts";

interface ConfirmProps {
  title: string;
  /** What will happen, to whom, and whether it can be taken back. */
  text: string;
  action: string;
  danger?: boolean;
  work: () => Promise<void>;
  onClose: () => void;
}

/** Says what will happen before it does. */
export default function Confirm({ title, text, action, danger, work, onClose }: ConfirmProps) {
  const t = useTexts(members);
  const sending = useSending();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button look={danger ? "danger" : "primary"} busy={sending.busy} onClick={() => void sending.submit(work)}>
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {sending.error !== undefined && <Problem error={sending.error} />}
        <p>{text}</p>
      </div>
    </Dialog>
  );
}

import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { endStay, type StayView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import Confirm from "@/ui/Confirm";
import { useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";

import { audit } from "./texts";

/** Sends somebody of the platform out. */
export default function EndStay({ stay, onClose }: { stay: StayView; onClose: () => void }) {
  const t = useTexts(audit);
  const client = useQueryClient();
  const sending = useSending();
  const end = () =>
    sending.submit(async () => {
      await call(endStay, { path: { elevationId: stay.id } });
      await client.invalidateQueries({ queryKey: keys.stays });
      toast({ text: t.ended });
      onClose();
    });
  return (
    <Confirm
      title={t.endOf(stay.operator.name)}
      action={t.endNow}
      busy={sending.busy}
      error={sending.error}
      onConfirm={() => void end()}
      onClose={onClose}
    >
      <p>{t.endAsk}</p>
    </Confirm>
  );
}

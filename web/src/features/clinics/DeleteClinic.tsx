import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import { clinicsQuery } from "@/app/clinics";
import { useCan } from "@/app/me";
import { call } from "@/api/client";
import { faultOf } from "@/api/failure";
import { deleteClinic, type ClinicView } from "@/api/generated";
import { keys } from "@/api/keys";
import { queuesQuery } from "@/features/queues/queries";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { Problem, useSending } from "@/ui/form";
import { Bdi } from "@/ui/Text";
import { toast } from "@/ui/Toast";

import { clinics } from "./texts";

interface DeleteClinicProps {
  clinic: ClinicView;
  onClose: () => void;
}

/** Deletes a branch, or says what stands in the way. */
export default function DeleteClinic({ clinic, onClose }: DeleteClinicProps) {
  const t = useTexts(clinics);
  const can = useCan();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sending = useSending();
  const all = useQuery(clinicsQuery);
  const queues = useQuery({ ...queuesQuery, enabled: can("queues:read") });
  const there = queues.data?.filter((queue) => queue.clinicId === clinic.id) ?? [];
  const isLast = all.data?.length === 1;
  const inUse = faultOf(deleteClinic, sending.error, "ClinicInUse") !== undefined;
  const off = isLast || there.length > 0;
  const remove = () =>
    sending.submit(async () => {
      await call(deleteClinic, { path: { clinicId: clinic.id }, version: clinic.version });
      await client.invalidateQueries({ queryKey: keys.clinics });
      await client.invalidateQueries({ queryKey: keys.tenant });
      toast({ text: t.deleted(clinic.name) });
      onClose();
      await navigate({ to: "/settings/clinics" });
    });
  const footer = (
    <>
      <Button look="quiet" onClick={onClose}>
        {t.cancel}
      </Button>
      {!off && (
        <Button look="danger" busy={sending.busy} onClick={() => void remove()}>
          {t.deleteClinic}
        </Button>
      )}
    </>
  );
  return (
    <Dialog title={t.deleteClinicOf(clinic.name)} onClose={onClose} footer={footer}>
      <div className="flex flex-col gap-3">
        {sending.error !== undefined && !inUse && <Problem error={sending.error} />}
        {isLast && <p>{t.lastClinic}</p>}
        {there.length > 0 && (
          <>
            <p>{t.inTheWay}</p>
            <ul className="flex flex-col">
              {there.map((queue) => (
                <li key={queue.id}>
                  <Link
                    to="/queues/$queueId"
                    params={{ queueId: queue.id }}
                    className="flex min-h-11 items-center text-brand underline"
                  >
                    <Bdi>{queue.doctorName}</Bdi>
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
        {inUse && there.length === 0 && <p role="alert">{t.inTheWayHidden}</p>}
        {!off && !inUse && <p>{t.deleteAsk}</p>}
      </div>
    </Dialog>
  );
}

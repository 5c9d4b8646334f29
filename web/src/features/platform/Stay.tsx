import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, DoorOpen, LifeBuoy } from "lucide-react";

import { useProblem } from "@/app/problem";
import { call } from "@/api/client";
import { endElevation, type StayView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { moment } from "@/lib/format";
import { enterStay } from "@/session/stay";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Bdi, When } from "@/ui/Text";
import { toast } from "@/ui/Toast";

import { platform } from "./texts";

/** A stay: where, why, until when; one that is open can be gone back to, and ended. */
export function Stay({ stay, named }: { stay: StayView; named?: boolean }) {
  const t = useTexts(platform);
  const client = useQueryClient();
  const { onError } = useProblem();
  const isOpen = stay.state === "open";
  const end = useMutation({
    mutationFn: () => call(endElevation, { path: { tenantId: stay.tenantId, elevationId: stay.id } }),
    onSuccess: () => toast({ text: t.stayEnded(stay.tenantName) }),
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: keys.anyElevation }),
  });
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 first:pt-0 last:pb-0">
      <Icon of={isOpen ? LifeBuoy : CircleCheck} className={isOpen ? "text-warn" : "text-muted"} />
      <div className="min-w-48 flex-1">
        {named && (
          <p className="font-medium">
            <Bdi>{stay.tenantName}</Bdi>
          </p>
        )}
        <p className="text-sm">
          <Bdi>{stay.reason}</Bdi>
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          <When at={stay.createdAt} />
          <span>{isOpen ? t.openUntil(moment(stay.endsAt)) : t.endedAt(moment(stay.endedAt ?? stay.endsAt))}</span>
          {stay.endedBy && <span>{t.endedBy[stay.endedBy]}</span>}
        </p>
      </div>
      {isOpen && (
        <div className="flex flex-wrap gap-2">
          <Button size="sm" icon={DoorOpen} aria-label={t.enterOf(stay.tenantName)} onClick={() => enterStay(stay)}>
            {t.enter}
          </Button>
          <Button size="sm" look="quiet" busy={end.isPending} aria-label={t.endOf(stay.tenantName)} onClick={() => end.mutate()}>
            {t.end}
          </Button>
        </div>
      )}
    </li>
  );
}

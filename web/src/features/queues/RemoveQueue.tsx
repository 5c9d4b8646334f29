import { lazy, Suspense, useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";

import { call } from "@/api/client";
import { deleteQueue, getQueue, type QueueView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/Toast";

import { queues } from "./texts";

const Confirm = lazy(() => import("@/ui/Confirm"));

/** The end of a queue, once somebody has read who is in it. */
export function RemoveQueue({ queue }: { queue: QueueView }) {
  const t = useTexts(queues);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const inside = queue.patientCount;
  const remove = useMutation({
    mutationFn: async (told: number) => {
      const now = await call(getQueue, { path: { queueId: queue.id } });
      // Who came in meanwhile was not in what was read: without force the API refuses.
      const query = told > 0 && now.patientCount <= told ? { force: true } : {};
      await call(deleteQueue, { path: { queueId: queue.id }, query, version: now.version });
    },
    onSuccess: async () => {
      toast({ text: t.removed(queue.doctorName) });
      await navigate({ to: "/" });
      client.removeQueries({ queryKey: keys.queue(queue.id) });
      await client.invalidateQueries({ queryKey: keys.queues });
    },
  });
  return (
    <section className="flex flex-col items-start gap-3 border-t border-hairline pt-6">
      <p className="text-sm text-muted">{t.removeInstead}</p>
      <Button icon={Trash2} className="text-bad" onClick={() => setAsking(true)}>
        {t.remove}
      </Button>
      {asking && (
        <Suspense>
          <Confirm
            title={t.removeTitle(queue.doctorName)}
            action={t.remove}
            busy={remove.isPending}
            error={remove.error}
            onConfirm={() => remove.mutate(inside)}
            onClose={() => {
              remove.reset();
              setAsking(false);
            }}
          >
            {inside > 0 && <p className="font-medium text-bad">{t.removeFull(inside)}</p>}
            <p>{t.removeHint}</p>
          </Confirm>
        </Suspense>
      )}
    </section>
  );
}

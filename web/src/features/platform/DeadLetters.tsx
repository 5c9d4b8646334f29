import { lazy, Suspense, useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, Redo2 } from "lucide-react";

import { useProblem } from "@/app/problem";
import { call } from "@/api/client";
import { cancelRedrive, type DeadLetterView, type QueueName, type RedriveView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Progress } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Spinner } from "@/ui/Spinner";
import { useDuration, useNow } from "@/ui/Text";

import { isMoving, redriveQuery } from "./queries";
import type ar from "./ar";
import { platform } from "./texts";

const RedriveDialog = lazy(() => import("./RedriveDialog"));

type Named = keyof (typeof ar)["queueNames"];

/** The dead letters of one queue. */
export function DeadLetters({ letters }: { letters: DeadLetterView }) {
  const t = useTexts(platform);
  const duration = useDuration("alone");
  const now = useNow();
  const [asking, setAsking] = useState(false);
  const queue = letters.queue as QueueName;
  const name = letters.queue as Named;
  const last = useQuery({ ...redriveQuery(queue), enabled: letters.redrivable });
  const moving = isMoving(last.data);
  const age = letters.oldestAt ? Math.max(0, Math.floor((now - new Date(letters.oldestAt).getTime()) / 60_000)) : undefined;
  return (
    <Card
      title={t.queueNames[name] ?? letters.queue}
      intro={t.queueMeans[name]}
      actions={
        letters.redrivable &&
        letters.depth > 0 &&
        !moving && (
          <Button icon={Redo2} mirror onClick={() => setAsking(true)}>
            {t.redrive}
          </Button>
        )
      }
    >
      {letters.depth > 0 && (
        <dl className="flex flex-wrap gap-x-8 gap-y-2">
          <div className="flex flex-col-reverse">
            <dt className="text-sm text-muted">{t.depth}</dt>
            <dd className="text-2xl font-bold text-bad">
              <Num of={letters.depth} />
            </dd>
          </div>
          {age !== undefined && (
            <div className="flex flex-col-reverse">
              <dt className="text-sm text-muted">{t.oldest}</dt>
              <dd className="text-2xl font-bold">{duration(age)}</dd>
            </div>
          )}
        </dl>
      )}
      {letters.depth === 0 && !moving && (
        <p className="flex items-center gap-2 text-sm text-ok">
          <Icon of={CircleCheck} className="size-4" />
          {t.nothingDead}
        </p>
      )}
      {!letters.redrivable && letters.depth > 0 && <p className="text-sm text-muted">{t.notRedrivable}</p>}
      {last.data && <Moved redrive={last.data} />}
      <Suspense>{asking && <RedriveDialog queue={queue} name={t.queueNames[name]} depth={letters.depth} onClose={() => setAsking(false)} />}</Suspense>
    </Card>
  );
}

/** How far a redrive is. */
function Moved({ redrive }: { redrive: RedriveView }) {
  const t = useTexts(platform);
  const client = useQueryClient();
  const { onError } = useProblem();
  const queue = redrive.queue as QueueName;
  const stop = useMutation({
    mutationFn: () => call(cancelRedrive, { path: { queue } }),
    onSuccess: (view) => client.setQueryData(keys.redrive(queue), view),
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: keys.deadLetters }),
  });
  const moving = isMoving(redrive);
  const failed = redrive.status === "failed";
  const status = t.redriveStatus[redrive.status as keyof (typeof ar)["redriveStatus"]] ?? redrive.status;
  const all = redrive.toMove ?? redrive.moved;
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-hairline p-3">
      <p role="status" className="flex flex-wrap items-center gap-2 text-sm font-medium">
        {moving ? <Spinner className="text-brand" /> : <Icon of={failed ? CircleX : CircleCheck} className={failed ? "size-4 text-bad" : "size-4 text-ok"} />}
        {status}
        <span className="ms-auto font-normal text-muted">{t.movedOf(number(redrive.moved), number(all))}</span>
      </p>
      {moving && <Progress label={status} of={all} done={redrive.moved} />}
      {redrive.failure && (
        <p dir="auto" className="text-sm text-bad">
          {redrive.failure}
        </p>
      )}
      {redrive.status === "running" && (
        <Button size="sm" busy={stop.isPending} className="self-start" onClick={() => stop.mutate()}>
          {t.stop}
        </Button>
      )}
    </div>
  );
}

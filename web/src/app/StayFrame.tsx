import { useEffect, useState } from "react";
import { LifeBuoy } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { time } from "@/lib/format";
import { endStay, leaveStay } from "@/session/stay";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useNow } from "@/ui/Text";

import { useMe } from "./me";
import { useProblem } from "./problem";
import { app } from "./texts";

/** Around everything while an operator is in a tenant: where, until when, and the way out. It never goes away. */
export function StayFrame() {
  const { elevation, tenant } = useMe();
  return elevation ? <Framed name={tenant.name} endsAt={elevation.endsAt} reason={elevation.reason} /> : null;
}

function Framed({ name, endsAt, reason }: { name: string; endsAt: string; reason: string }) {
  const t = useTexts(app);
  const { onError } = useProblem();
  const [ending, setEnding] = useState(false);
  const over = useNow() >= new Date(endsAt).getTime();
  useEffect(() => {
    if (over) leaveStay();
  }, [over]);
  const end = () => {
    setEnding(true);
    endStay().catch((error: unknown) => {
      setEnding(false);
      onError(error);
    });
  };
  return (
    <>
      <aside
        aria-label={t.stayLabel}
        className="sticky top-0 z-50 flex flex-wrap items-center gap-x-3 gap-y-1 bg-warn px-4 py-1 text-sm text-surface md:col-span-full"
      >
        <Icon of={LifeBuoy} className="size-4" />
        <p className="min-w-0 flex-1">
          <strong className="font-semibold">{t.stayIn(name)}</strong> {t.stayUntil(time(endsAt))}
          <span className="hidden sm:inline"> · {t.stayReason(reason)}</span>
        </p>
        <Button size="sm" busy={ending} onClick={end}>
          {t.stayEnd}
        </Button>
      </aside>
      <div aria-hidden className="pointer-events-none fixed inset-0 z-50 border-4 border-warn" />
    </>
  );
}

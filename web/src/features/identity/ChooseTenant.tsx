import { useEffect, useState } from "react";
import { ChevronLeft } from "lucide-react";

import { call } from "@/api/client";
import { listMemberships, type MembershipView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { session } from "@/session/session";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Bdi, Ltr } from "@/ui/Text";
import { common } from "@/ui/texts";

import { SwitchCode } from "./CodeForm";
import { identity } from "./texts";
import { useSwitch } from "./useSwitch";

/** Whoever works in several organisations, and named none, says where they want to go. */
export default function ChooseTenant({ onChosen }: { onChosen: () => void }) {
  const t = useTexts(identity);
  const { retry } = useTexts(common);
  const [found, setFound] = useState<{ tries: number; all?: MembershipView[]; error?: unknown }>();
  const [tries, setTries] = useState(0);
  const switching = useSwitch((view) => {
    session.enter(view);
    onChosen();
  });
  useEffect(() => {
    call(listMemberships, {}).then(
      ({ items }) => {
        if (items.length > 1) setFound({ tries, all: items });
        else onChosen();
      },
      (error: unknown) => setFound({ tries, error }),
    );
  }, [tries, onChosen]);
  if (found?.tries !== tries) return <Skeleton className="h-40" />;
  const { all } = found;
  if (!all) {
    return (
      <div className="flex flex-col gap-4">
        <Problem error={found.error} />
        <Button onClick={() => setTries(tries + 1)}>{retry}</Button>
      </div>
    );
  }
  const { asked, sending } = switching;
  if (asked !== undefined) return <SwitchCode of={switching} />;
  const choose = (one: MembershipView) => {
    if (sending.busy || one.suspended) return;
    if (one.current) onChosen();
    else void switching.go({ tenantId: one.tenantId });
  };
  return (
    <div className="flex flex-col gap-4">
      <h1 className="text-xl font-semibold">{t.chooseTenant}</h1>
      {sending.error !== undefined && <Problem error={sending.error} />}
      <ul className="flex flex-col gap-2">
        {all.map((one) => (
          <li key={one.tenantId}>
            <button
              type="button"
              aria-disabled={one.suspended || undefined}
              onClick={() => choose(one)}
              className="flex min-h-13 w-full items-center gap-3 rounded-md border border-hairline px-4 py-2 text-start transition-colors hover:border-brand hover:bg-brand-soft aria-disabled:opacity-55"
            >
              <span className="min-w-0 flex-1">
                <Bdi className="block font-medium">{one.name}</Bdi>
                <span className="text-sm text-muted">{one.suspended ? t.suspended : <Ltr>{one.slug}</Ltr>}</span>
              </span>
              <Icon of={ChevronLeft} className="size-4 text-muted ltr:-scale-x-100" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

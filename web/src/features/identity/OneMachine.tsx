import { Smartphone } from "lucide-react";

import { useOneMachine } from "@/app/oneMachine";
import { useTexts } from "@/i18n/texts";
import { Icon } from "@/ui/Icon";

import { identity } from "./texts";

/** Where to begin, for whoever has just started the whole of it on their own machine. */
export function OneMachine() {
  const t = useTexts(identity);
  if (!useOneMachine()) return null;
  return (
    <aside aria-label={t.oneMachine} className="flex gap-3 rounded-lg border border-hairline p-4 text-sm text-muted">
      <Icon of={Smartphone} className="mt-0.5" />
      <div>
        <p>{t.oneMachineHint}</p>
        <a href="/simulator" target="_blank" rel="noreferrer" className="inline-flex min-h-6 items-center font-medium text-brand underline">
          {t.phones}
        </a>
      </div>
    </aside>
  );
}

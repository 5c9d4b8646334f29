import { CirclePause } from "lucide-react";

import { useAdministersAll } from "@/app/me";
import type { Pause } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Checkbox } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { When } from "@/ui/Text";

import { templates } from "./texts";

interface PausedProps {
  since: Pause;
  resume: boolean;
  onResume: (resume: boolean) => void;
}

/** That WhatsApp has paused it, and what can be done. */
export function Paused({ since, resume, onResume }: PausedProps) {
  const t = useTexts(templates);
  const administers = useAdministersAll();
  return (
    <section className="flex gap-3 rounded-lg border border-warn bg-warn-soft p-4">
      <Icon of={CirclePause} className="mt-1 text-warn" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="font-medium text-warn">
          {t.pausedSince} <When at={since.since} />
        </p>
        <p className="text-sm">{t.pausedHint}</p>
        {administers ? (
          <Checkbox label={t.resume} hint={t.resumeHint} checked={resume} onCheck={onResume} />
        ) : (
          <p className="text-sm text-muted">{t.pausedCannot}</p>
        )}
      </div>
    </section>
  );
}

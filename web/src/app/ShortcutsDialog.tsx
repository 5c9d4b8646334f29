import { useState } from "react";

import { prefer, preferences } from "@/i18n/preferences";
import { useTexts } from "@/i18n/texts";
import Dialog from "@/ui/Dialog";
import { Switch } from "@/ui/Switch";
import { Ltr } from "@/ui/Text";

import { shortcutsNow } from "./shortcuts";
import { app } from "./texts";

/** The keys that do something on the page that is open, and a way to have none. */
export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(app);
  const [all] = useState(shortcutsNow);
  return (
    <Dialog title={t.shortcuts} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t.shortcutsHint}</p>
        <dl className="flex flex-col divide-y divide-hairline rounded-lg border border-hairline">
          {all.map(({ code, key, label }) => (
            <div key={code} className="flex flex-row-reverse items-center justify-between gap-4 px-3 py-2">
              <dt>
                <kbd className="inline-flex min-h-8 min-w-8 items-center justify-center rounded-md border border-line bg-raised px-2 font-sans text-sm font-medium">
                  <Ltr>{key}</Ltr>
                </kbd>
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
        <Switch label={t.singleKeys} hint={t.singleKeysHint} on={preferences().shortcuts} onChange={(shortcuts) => prefer({ shortcuts })} />
      </div>
    </Dialog>
  );
}

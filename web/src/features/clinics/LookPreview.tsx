import type { CSSProperties } from "react";
import { Contact, Megaphone, Sun } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { brand, tokens } from "@/lib/brand";
import { Button } from "@/ui/Button";
import { Progress } from "@/ui/Empty";
import { FilterChips } from "@/ui/FilterChips";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Status } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { Card } from "@/ui/Card";
import { clinics } from "./texts";

interface LookPreviewProps {
  before: string | null;
  after: string | null;
  isChanged: boolean;
}

/** The app's own parts in both modes, as they are and as they would be. */
export function LookPreview({ before, after, isChanged }: LookPreviewProps) {
  const t = useTexts(clinics);
  const rows: [string, string | null][] = isChanged ? [[t.after, after], [t.before, before]] : [[t.before, before]];
  return (
    <>
      {rows.map(([title, colour]) => (
        <Card key={title} title={title}>
          <div className="grid gap-3 sm:grid-cols-2">
            {(["light", "dark"] as const).map((mode) => (
              <figure key={mode} aria-label={t.previewOf(t.modes[mode], title)} className="min-w-0">
                <Sample mode={mode} colour={colour} />
                <figcaption className="mt-1 text-sm text-muted">{t.modes[mode]}</figcaption>
              </figure>
            ))}
          </div>
        </Card>
      ))}
    </>
  );
}

/** A corner of the app that has colours of its own: nothing in it can be pressed. */
function Sample({ mode, colour }: { mode: "light" | "dark"; colour: string | null }) {
  const t = useTexts(clinics);
  const colours = { ...tokens(mode), ...(colour && brand(colour, mode)) };
  const style = Object.fromEntries(Object.entries(colours).map(([name, value]) => [`--${name}`, value]));
  const place = "flex min-h-10 items-center gap-2 rounded-md px-3 text-sm";
  return (
    <div
      inert
      style={{ ...style, colorScheme: mode } as CSSProperties}
      className="flex flex-col gap-3 overflow-hidden rounded-lg border border-hairline bg-bg p-3 text-text"
    >
      <div className="grid grid-cols-2 gap-1">
        <span className={`${place} bg-brand-soft font-medium text-brand-ink`}>
          <Icon of={Sun} />
          {t.previewTab}
        </span>
        <span className={place}>
          <Icon of={Contact} />
          {t.previewPlace}
        </span>
      </div>
      <div className="flex flex-col gap-3 rounded-xl border border-hairline bg-surface p-4">
        <div className="flex items-center gap-3">
          <Num of={12} className="text-4xl font-bold text-brand" />
          <div className="min-w-0 flex-1">
            <Bdi className="block font-medium">{t.previewPatient}</Bdi>
            <Status of="in_service" />
          </div>
        </div>
        <Progress label={t.previewTab} of={10} done={6} />
        <FilterChips
          label={t.previewPlace}
          chips={[
            { id: "a", label: t.previewChosen, count: 3 },
            { id: "b", label: t.previewTab },
          ]}
          chosen="a"
          onChoose={() => undefined}
        />
        <div className="flex flex-wrap gap-2">
          <Button look="primary" icon={Megaphone}>
            {t.previewCall}
          </Button>
          <Button look="quiet">{t.previewLink}</Button>
        </div>
        <div className="flex flex-wrap gap-2">
          <Status of="served" />
          <Status of="no_show" />
          <Status of="called" />
        </div>
      </div>
    </div>
  );
}

import { useEffect, useRef } from "react";
import { TriangleAlert } from "lucide-react";

import { useTexts } from "@/i18n/texts";

import { Button } from "./Button";
import { Icon } from "./Icon";
import { Bdi } from "./Text";
import { common } from "./texts";

export interface Clash {
  id: string;
  label: string;
  /** What stands now, and what was typed over what stood before. */
  stands: string;
  typed: string;
  onTake: () => void;
}

/** Somebody else has changed the same meanwhile: both versions beside each other, and the choice. */
export function Meanwhile({ clashes }: { clashes: Clash[] }) {
  const t = useTexts(common);
  const box = useRef<HTMLElement>(null);
  const some = clashes.length > 0;
  useEffect(() => {
    if (some) box.current?.focus();
  }, [some]);
  if (!some) return null;
  return (
    <section ref={box} role="alert" tabIndex={-1} className="flex flex-col gap-3 rounded-xl border border-warn bg-surface p-4">
      <p className="flex gap-3 rounded-md bg-warn-soft p-3 text-sm">
        <Icon of={TriangleAlert} className="mt-0.5 text-warn" />
        {t.meanwhile}
      </p>
      <ul className="flex flex-col gap-3">
        {clashes.map(({ id, label, stands, typed, onTake }) => (
          <li key={id} className="flex flex-wrap items-end justify-between gap-3 border-t border-hairline pt-3 first:border-0 first:pt-0">
            <div className="min-w-0 flex-1">
              <p className="text-sm font-medium">{label}</p>
              <dl className="grid gap-x-6 text-sm sm:grid-cols-2">
                <div>
                  <dt className="text-muted">{t.standsNow}</dt>
                  <dd>
                    <Bdi>{stands || t.nothing}</Bdi>
                  </dd>
                </div>
                <div>
                  <dt className="text-muted">{t.youTyped}</dt>
                  <dd>
                    <Bdi>{typed || t.nothing}</Bdi>
                  </dd>
                </div>
              </dl>
            </div>
            <Button size="sm" onClick={onTake} aria-label={t.takeOf(label)}>
              {t.take}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { Plus, X } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button, IconButton } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { useRows } from "@/ui/rows";
import { Wrong } from "@/ui/form";

import type { Extra } from "./edit";
import { patients } from "./texts";

interface ExtrasProps {
  of: Extra[];
  /** A name that stands there twice. */
  twice: string | undefined;
  onChange: (extras: Extra[]) => void;
}

/** What the clinic keeps besides: names and texts of its own. */
export function Extras({ of, twice, onChange }: ExtrasProps) {
  const t = useTexts(patients);
  const { box, leave } = useRows<HTMLFieldSetElement>();
  const set = (at: number, change: Partial<Extra>) =>
    onChange(of.map((extra, index) => (index === at ? { ...extra, ...change } : extra)));
  return (
    <fieldset ref={box} className="flex flex-col gap-3 rounded-lg border border-hairline p-3">
      <legend className="px-1 text-sm font-medium">{t.extras}</legend>
      {of.map((extra, index) => (
        <div key={index} className="flex items-start gap-2">
          <Field
            className="min-w-0 flex-1"
            label={t.extraName}
            name={`extra-${index}`}
            value={extra.name}
            autoComplete="off"
            maxLength={60}
            onText={(name) => set(index, { name })}
          />
          <Field
            className="min-w-0 flex-[1.4]"
            label={t.extraText}
            name={`metadata.${extra.name.trim()}`}
            value={extra.text}
            dir="auto"
            autoComplete="off"
            onText={(text) => set(index, { text })}
          />
          <IconButton
            icon={X}
            label={t.removeExtra(extra.name)}
            className="mt-6.5"
            data-remove
            onClick={(event) => {
              leave(event.currentTarget);
              onChange(of.filter((_, one) => one !== index));
            }}
          />
        </div>
      ))}
      {twice !== undefined && <Wrong>{t.extraTwice(twice)}</Wrong>}
      {of.length < 30 && (
        <Button size="sm" look="quiet" icon={Plus} className="self-start" data-add onClick={() => onChange([...of, { name: "", text: "" }])}>
          {t.addExtra}
        </Button>
      )}
    </fieldset>
  );
}

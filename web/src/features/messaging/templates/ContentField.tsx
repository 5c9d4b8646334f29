import { useRef } from "react";
import { Plus } from "lucide-react";

import type { VariableName } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { TextArea } from "@/ui/Field";
import { Icon } from "@/ui/Icon";

import { LONGEST_TEXT, VARIABLES } from "./template";
import { templates } from "./texts";

interface ContentFieldProps {
  start: string;
  /** What the variables are called in this text. */
  names: Record<VariableName, string>;
  /** As long as it is when it is stored. */
  length: number;
  onText: (text: string) => void;
}

/** The text, and what can be named in it: pressed, it stands at the cursor. */
export function ContentField({ start, names, length, onText }: ContentFieldProps) {
  const t = useTexts(templates);
  const field = useRef<HTMLTextAreaElement>(null);
  const insert = (name: VariableName) => {
    const area = field.current;
    if (!area) return;
    area.focus();
    area.setRangeText(`{{${names[name]}}}`, area.selectionStart, area.selectionEnd, "end");
    // As if it had been typed: what was wrong is not wrong any more.
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return (
    <div className="flex flex-col gap-2">
      <TextArea ref={field} label={t.content} name="content" rows={7} defaultValue={start} hint={t.contentHint} onText={onText} />
      <div role="group" aria-label={t.insert} className="flex flex-wrap gap-2">
        {VARIABLES.map((name) => (
          <button
            key={name}
            type="button"
            aria-label={t.insertOne(names[name])}
            onClick={() => insert(name)}
            className="inline-flex min-h-9 items-center gap-1 rounded-full border border-line bg-surface px-3 text-sm transition-colors hover:bg-raised"
          >
            <Icon of={Plus} className="size-3.5 text-brand" />
            {names[name]}
          </button>
        ))}
      </div>
      <p className={length > LONGEST_TEXT ? "text-sm text-bad" : "text-sm text-muted"}>{t.length(number(length), number(LONGEST_TEXT))}</p>
    </div>
  );
}

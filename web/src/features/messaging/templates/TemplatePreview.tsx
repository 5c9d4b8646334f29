import { useState } from "react";
import { Info } from "lucide-react";

import { useMe } from "@/app/me";
import type { VariableName } from "@/api/generated";
import { useLanguage, useTexts } from "@/i18n/texts";
import { list, number } from "@/lib/format";
import { FilterChips } from "@/ui/FilterChips";
import { Icon } from "@/ui/Icon";

import { messaging } from "../texts";
import { SAMPLES } from "./samples";
import { filled, LONGEST_BODY, named, OF_TURN, oneLine } from "./template";
import { templates } from "./texts";

interface TemplatePreviewProps {
  content: string;
  /** The approved template that carries it, with what fills its variables. */
  provider: { parameters: string[] } | null;
}

type Sample = "ar" | "en" | "none";

/** How a template arrives, with one's own values; and what becomes of what has none. */
export function TemplatePreview({ content, provider }: TemplatePreviewProps) {
  const t = useTexts(templates);
  const language = useLanguage();
  const { tenant } = useMe();
  const [sample, setSample] = useState<Sample>(language);
  const names = SAMPLES[sample === "none" ? language : sample];
  const values = { ...names, clinicName: tenant.name, ...(sample === "none" && { estimatedWait: "—" }) };
  const text = filled(content, values);
  const line = oneLine(text);
  const differs = line !== text.trim();
  return (
    <section aria-label={t.preview} className="flex flex-col gap-3 rounded-xl border border-hairline bg-raised p-4">
      <h2 className="font-semibold">{t.preview}</h2>
      <FilterChips
        label={t.previewLabel}
        chips={(["ar", "en", "none"] as const).map((id) => ({ id, label: t.samples[id] }))}
        chosen={sample}
        onChoose={setSample}
      />
      {text.trim() === "" ? (
        <p className="text-sm text-muted">{t.noText}</p>
      ) : (
        <>
          <Bubble label={provider ? t.always : t.insideWindow} text={text} />
          {!provider && differs && <Bubble label={t.outsideWindow} text={line} />}
        </>
      )}
      <Notes content={content} line={line} differs={differs} provider={provider} />
    </section>
  );
}

/** As on the phone: each in its own direction. */
function Bubble({ label, text }: { label: string; text: string }) {
  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="text-sm text-muted">{label}</figcaption>
      <p
        dir="auto"
        className="max-w-sm rounded-xl rounded-se-none bg-ok-soft px-4 py-2.5 whitespace-pre-wrap text-text shadow-sm"
      >
        {text}
      </p>
    </figure>
  );
}

/** What follows from the text that cannot be seen in it. */
function Notes({ content, line, differs, provider }: TemplatePreviewProps & { line: string; differs: boolean }) {
  const t = useTexts(templates);
  const { variables } = useTexts(messaging);
  const uses = named(content);
  const words = (names: VariableName[]) => list(names.map((name) => variables[name]));
  const ofTurn = uses.filter((name) => OF_TURN.includes(name));
  const unfilled = provider ? uses.filter((name) => !provider.parameters.includes(name)) : [];
  const notes = [
    ofTurn.length > 0 && t.noteTurn(words(ofTurn)),
    uses.includes("estimatedWait") && t.noteWait,
    !provider && differs && t.noteLines,
    !provider && line.length > LONGEST_BODY && t.noteLong(number(LONGEST_BODY)),
    unfilled.length > 0 && t.noteUnfilled(words(unfilled)),
  ].filter((note) => note !== false);
  if (notes.length === 0) return null;
  return (
    <section className="flex flex-col gap-2 text-sm">
      <h3 className="font-medium">{t.notes}</h3>
      <ul className="flex flex-col gap-1.5">
        {notes.map((note) => (
          <li key={note} className="flex gap-2">
            <Icon of={Info} className="mt-0.5 size-4 text-info" />
            <span>{note}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

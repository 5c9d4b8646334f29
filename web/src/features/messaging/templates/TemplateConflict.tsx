import { useTexts } from "@/i18n/texts";
import { language } from "@/lib/format";
import { Conflict } from "@/ui/Conflict";
import { Ltr } from "@/ui/Text";

import type { Draft } from "./draft";
import { templates } from "./texts";

/** What is decided on together. */
const PARTS = {
  title: ["title"],
  text: ["text"],
  way: ["approved", "providerName", "providerLanguage", "parameters"],
  onUnknown: ["onUnknown"],
  isShared: ["isShared"],
} as const satisfies Record<string, readonly (keyof Draft)[]>;

type Part = keyof typeof PARTS;

const ALL = Object.keys(PARTS) as Part[];

const same = (part: Part, one: Draft, other: Draft) =>
  PARTS[part].every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]));

/** What was typed, but of what only the other one changed, and of what is given up, what stands now. */
export function merged(read: Draft, theirs: Draft, mine: Draft, given: Part[]): Draft {
  const taken = ALL.filter((part) => given.includes(part) || same(part, read, mine));
  return { ...mine, ...Object.fromEntries(taken.flatMap((part) => PARTS[part].map((field) => [field, theirs[field]]))) };
}

interface TemplateConflictProps {
  /** As it was read, as it stands now, and as it was typed. */
  read: Draft;
  theirs: Draft;
  mine: Draft;
  busy: boolean;
  onSave: (draft: Draft) => void;
  onDiscard: () => void;
}

/** A colleague changed the template meanwhile: both versions, and the choice for each part. */
export function TemplateConflict({ read, theirs, mine, busy, onSave, onDiscard }: TemplateConflictProps) {
  const t = useTexts(templates);
  const labels: Record<Part, string> = {
    title: t.templateTitle,
    text: t.content,
    way: t.way,
    onUnknown: t.onUnknown,
    isShared: t.isShared,
  };
  const shown = (part: Part, of: Draft) => {
    if (part === "way") return of.approved ? <Provider of={of} /> : t.plainText;
    if (part === "onUnknown") return t.unknowns[of.onUnknown];
    if (part === "isShared") return of.isShared ? t.shared : t.private;
    return <span dir="auto">{of[part]}</span>;
  };
  const differences = ALL.filter((part) => !same(part, read, theirs) && !same(part, theirs, mine)).map((part) => ({
    id: part,
    label: labels[part],
    theirs: shown(part, theirs),
    ...(!same(part, read, mine) && { mine: shown(part, mine) }),
  }));
  return (
    <div className="rounded-xl border border-hairline bg-surface p-4">
      <Conflict
        differences={differences}
        busy={busy}
        onSave={(given) => onSave(merged(read, theirs, mine, given))}
        onDiscard={onDiscard}
      />
    </div>
  );
}

function Provider({ of }: { of: Draft }) {
  const t = useTexts(templates);
  return (
    <>
      {t.approvedAs} · <Ltr>{of.providerName}</Ltr> · {language(of.providerLanguage)}
    </>
  );
}

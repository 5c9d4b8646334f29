import { useTexts } from "@/i18n/texts";
import { brand, contrast, MODES, tokens, type Mode } from "@/lib/brand";
import { number } from "@/lib/format";
import { Ltr } from "@/ui/Text";

import { Card } from "@/ui/Card";
import { clinics } from "./texts";

/** What becomes of a colour in each mode, with how well words can be read on it. */
export function Corrected({ colour }: { colour: string }) {
  const t = useTexts(clinics);
  return (
    <Card title={t.corrected} intro={t.correctedIntro}>
      <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-5">
        <li className="flex items-center gap-3 lg:flex-col lg:items-start">
          <span style={{ backgroundColor: colour }} className="size-14 shrink-0 rounded-lg border border-hairline lg:w-full" />
          <span className="text-sm">
            <span className="block font-medium">{t.given}</span>
            <Ltr className="text-muted">{colour}</Ltr>
          </span>
        </li>
        {MODES.map((mode) => (
          <Tile key={mode} mode={mode} colour={colour} />
        ))}
      </ul>
    </Card>
  );
}

function Tile({ mode, colour }: { mode: Mode; colour: string }) {
  const t = useTexts(clinics);
  const made = brand(colour, mode);
  const surface = tokens(mode)["surface"] ?? "";
  return (
    <li className="flex items-center gap-3 lg:flex-col lg:items-start">
      <span style={{ backgroundColor: surface }} className="flex size-14 shrink-0 rounded-lg border border-hairline p-2.5 lg:w-full">
        <span style={{ backgroundColor: made.brand }} className="flex-1 rounded-md" />
      </span>
      <span className="text-sm">
        <span className="block font-medium">{t.modes[mode]}</span>
        <Ltr className="block text-muted">{made.brand}</Ltr>
        <span className="text-muted">{t.ratio(number(contrast(made.brand, surface)))}</span>
      </span>
    </li>
  );
}

import { useRef } from "react";
import { Copy } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/Toast";

import { whatsapp } from "./texts";

/** Something that is to be pasted elsewhere, as it is. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const t = useTexts(whatsapp);
  const shown = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast({ text: t.copied });
    } catch {
      // A plain http address in the house has no clipboard: it is selected for the hand.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      toast({ text: t.notCopied, kind: "problem" });
    }
  };
  return (
    <div className="flex flex-col gap-1">
      <p className="text-sm font-medium">{label}</p>
      <div className="flex items-center gap-2">
        <code ref={shown} dir="ltr" className="min-w-0 flex-1 rounded-md bg-raised px-3 py-2 text-sm break-all">
          {text}
        </code>
        <Button size="sm" icon={Copy} aria-label={t.copyOf(label)} onClick={() => void copy()}>
          {t.copy}
        </Button>
      </div>
    </div>
  );
}

import { useRef, useState } from "react";
import { Check, Copy, Share2 } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";

import { members } from "./texts";

interface ToldProps {
  label: string;
  text: string;
  /** Whether other programs may be handed it, as a link is. */
  shareable?: boolean;
}

/** Something that is shown once, to be handed on. */
export function Told({ label, text, shareable }: ToldProps) {
  const t = useTexts(members);
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    // A plain http address in the house has no clipboard: there it stays marked, for the keyboard.
    if (!("clipboard" in navigator)) return;
    await navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  const canShare = shareable === true && "share" in navigator;
  return (
    <div className="flex flex-col gap-2">
      <label className="flex flex-col gap-1 text-sm font-medium">
        {label}
        <input
          ref={field}
          readOnly
          dir="ltr"
          value={text}
          onFocus={(event) => event.target.select()}
          className="control numerals w-full bg-raised"
        />
      </label>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" icon={copied ? Check : Copy} onClick={() => void copy()}>
          {copied ? t.copied : t.copy}
        </Button>
        {canShare && (
          <Button size="sm" icon={Share2} onClick={() => void navigator.share({ url: text }).catch(() => undefined)}>
            {t.share}
          </Button>
        )}
      </div>
      <p role="status" className="sr-only">
        {copied && t.copied}
      </p>
    </div>
  );
}

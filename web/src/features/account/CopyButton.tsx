import { useState } from "react";
import { Check, Copy } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";

import { account } from "./texts";

/** Puts a text on the clipboard. A plain http address in the house has none; then the text is there to be read. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const t = useTexts(account);
  const [copied, setCopied] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <Button size="sm" icon={copied ? Check : Copy} onClick={copy}>
      <span role="status">{copied ? t.copied : label}</span>
    </Button>
  );
}

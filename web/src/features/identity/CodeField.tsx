import { useRef, useState } from "react";

import { useTexts } from "@/i18n/texts";
import { DigitsField, type FieldProps } from "@/ui/Field";

import { identity } from "./texts";

interface CodeFieldProps extends FieldProps {
  onText: (code: string) => void;
}

/** A code of six digits, for which a phone shows its digits; or a recovery code, which has letters. */
export function CodeField({ onText, label, hint, ...rest }: CodeFieldProps) {
  const t = useTexts(identity);
  const box = useRef<HTMLDivElement>(null);
  const [isRecovery, setRecovery] = useState(false);
  const turn = () => {
    setRecovery(!isRecovery);
    // A keyboard is chosen when a field is entered.
    requestAnimationFrame(() => box.current?.querySelector("input")?.focus());
  };
  return (
    <div ref={box} className="flex flex-col gap-1">
      <DigitsField
        {...rest}
        label={isRecovery ? t.recoveryCode : label}
        hint={isRecovery ? t.recoveryHint : hint}
        inputMode={isRecovery ? "text" : "numeric"}
        autoCapitalize="none"
        spellCheck={false}
        onText={(code) => onText(code.trim())}
      />
      <button type="button" className="min-h-6 self-start text-sm text-brand underline" onClick={turn}>
        {isRecovery ? t.useDigits : t.useRecovery}
      </button>
    </div>
  );
}

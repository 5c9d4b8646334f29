import { useState } from "react";
import { ArrowLeft } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Form, type Sending } from "@/ui/form";

import { CodeField } from "./CodeField";
import { identity } from "./texts";
import type { Switching } from "./useSwitch";

interface CodeFormProps {
  /** What the API says of it: where the code is to be found. */
  why: string;
  sending: Sending;
  onCode: (code: string) => void;
  /** Asks anew without one, upon which another one is sent. */
  onAgain: () => void;
  onBack: () => void;
  /** A dialog's heading is above it; elsewhere it is the page's own. */
  as?: "h1" | "h3";
}

/** Asks for the code without which nobody goes to another place. */
export function SwitchCode({ of: { asked = "", sending, again, back }, as = "h1" }: { of: Switching } & Pick<CodeFormProps, "as">) {
  return <CodeForm why={asked} sending={sending} onCode={(code) => void again(code)} onAgain={() => void again()} onBack={back} as={as} />;
}

export function CodeForm({ why, sending, onCode, onAgain, onBack, as: Title = "h1" }: CodeFormProps) {
  const t = useTexts(identity);
  const [code, setCode] = useState("");
  return (
    <Form sending={sending} onSubmit={() => onCode(code.trim())} fields={["code"]} className="flex flex-col gap-4" label={t.codeTitle}>
      <Title className="text-xl font-semibold">{t.codeTitle}</Title>
      <p role="status">{why}</p>
      <CodeField label={t.code} name="code" autoComplete="one-time-code" autoFocus onText={setCode} />
      <Button type="submit" look="primary" busy={sending.busy}>
        {t.confirm}
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button look="quiet" size="sm" icon={ArrowLeft} mirror onClick={onBack}>
          {t.back}
        </Button>
        <Button look="quiet" size="sm" off={sending.busy} onClick={onAgain}>
          {t.newCode}
        </Button>
      </div>
    </Form>
  );
}

import { useState } from "react";
import { ArrowLeft } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Form, type Sending } from "@/ui/form";

import { CodeField } from "./CodeField";
import { identity } from "./texts";

interface CodeFormProps {
  /** What the API says of it: where the code is to be found. */
  why: string;
  sending: Sending;
  onCode: (code: string) => void;
  /** Asks anew without one, upon which another one is sent. */
  onAgain: () => void;
  onBack: () => void;
}

export function CodeForm({ why, sending, onCode, onAgain, onBack }: CodeFormProps) {
  const t = useTexts(identity);
  const [code, setCode] = useState("");
  return (
    <Form sending={sending} onSubmit={() => onCode(code)} fields={["code"]} className="flex flex-col gap-4" label={t.codeTitle}>
      <h1 className="text-xl font-semibold">{t.codeTitle}</h1>
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

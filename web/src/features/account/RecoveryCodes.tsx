import { useState } from "react";
import { Download, Printer } from "lucide-react";

import { useMe } from "@/app/me";
import { useTexts } from "@/i18n/texts";
import { saveFile } from "@/lib/save";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Field";
import { Bdi, Ltr } from "@/ui/Text";

import { CopyButton } from "./CopyButton";
import { account } from "./texts";

/** Shown this once: each opens the account once, without the app. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useTexts(account);
  const me = useMe();
  const [kept, setKept] = useState(false);
  const text = [t.codesFile(me.tenant.name, me.username ?? me.fullName), "", ...codes, ""].join("\n");
  return (
    <div className="flex flex-col gap-4">
      <p className="rounded-md border border-warn bg-warn-soft p-3 text-sm text-warn">{t.codesOnce}</p>
      <div data-print className="flex flex-col gap-2">
        <p className="hidden print:block">
          <Bdi>{me.tenant.name}</Bdi> · <Ltr>{me.username ?? ""}</Ltr> · {t.codes}
        </p>
        <ul aria-label={t.codes} className="grid grid-cols-1 gap-2 rounded-lg border border-hairline bg-raised p-3 min-[22rem]:grid-cols-2">
          {codes.map((code) => (
            <li key={code} className="text-center font-medium">
              <Ltr>{code}</Ltr>
            </li>
          ))}
        </ul>
      </div>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={codes.join("\n")} label={t.copyCodes} />
        <Button size="sm" icon={Download} onClick={() => saveFile("dawr-recovery-codes.txt", text, "text/plain;charset=utf-8")}>
          {t.downloadCodes}
        </Button>
        <Button size="sm" icon={Printer} onClick={() => window.print()}>
          {t.printCodes}
        </Button>
      </div>
      <Checkbox label={t.codesKept} onCheck={setKept} />
      <Button look="primary" off={!kept} onClick={onDone} className="self-start">
        {t.done}
      </Button>
    </div>
  );
}

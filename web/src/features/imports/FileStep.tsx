import { useEffect, useRef, useState } from "react";
import { FileSpreadsheet, Upload } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Problem, useSending } from "@/ui/form";
import { Icon } from "@/ui/Icon";

import { heldFile, MOST_BYTES, pastedTable, sendable } from "./held";
import { useSendFile } from "./queries";
import { imports } from "./texts";

interface FileStepProps {
  /** The one that is open already. */
  uploadId: string | undefined;
  clinicId: string | undefined;
  onSent: (uploadId: string) => void;
}

/** A file is chosen, dropped, or pasted as a table. */
export function FileStep({ uploadId, clinicId, onSent }: FileStepProps) {
  const t = useTexts(imports);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const sending = useSending();
  const sendFile = useSendFile();
  const held = heldFile(uploadId);
  /** `mark` tells the file from another one of its name and size. */
  const send = (file: Blob, name: string | undefined, mark: number | string) => {
    setTooLarge(file.size > MOST_BYTES);
    if (file.size > MOST_BYTES) return;
    void sending.submit(async (key) => {
      const upload = await sendFile({ file, name, clinicId }, key([name, file.size, mark]));
      onSent(upload.uploadId);
    });
  };
  const take = (files: FileList | null | undefined) => {
    const [file] = files ?? [];
    if (file) send(sendable(file), file.name, file.lastModified);
    return file !== undefined;
  };
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const data = event.clipboardData;
      const text = data?.getData("text/plain") ?? "";
      const table = pastedTable(text);
      if (table) send(table, undefined, text);
      else if (!take(data?.files)) return;
      event.preventDefault();
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  });
  return (
    <>
      {sending.error !== undefined && <Problem error={sending.error} />}
      {tooLarge && (
        <p role="alert" className="rounded-md border border-bad bg-bad-soft p-3 text-sm">
          {t.tooLarge}
        </p>
      )}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
        className={cx(
          "flex flex-col items-center gap-3 rounded-xl border-2 border-dashed px-4 py-10 text-center transition-colors sm:py-14",
          over ? "border-brand bg-brand-soft" : "border-line bg-surface",
        )}
      >
        <Icon of={FileSpreadsheet} className="size-12 text-brand" />
        <p className="hidden text-lg font-medium sm:block">{t.drop}</p>
        <input
          ref={input}
          type="file"
          accept=".xlsx,.xlsm,.csv,.tsv,.txt"
          aria-label={t.fileField}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            take(event.target.files);
            // The same file again is a choice, too.
            event.target.value = "";
          }}
        />
        <Button look="primary" size="lg" icon={Upload} busy={sending.busy} onClick={() => input.current?.click()}>
          {sending.busy ? t.reading : t.choose}
        </Button>
        <p className="hidden text-sm text-muted sm:block">{t.paste}</p>
        <p className="max-w-prose text-sm text-muted">{t.limits}</p>
      </div>
      {held && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-hairline bg-surface p-3">
          <p className="min-w-0">{t.opened(held.name ?? t.pasted)}</p>
          <Button size="sm" onClick={() => onSent(held.upload)}>
            {t.goOn}
          </Button>
        </div>
      )}
    </>
  );
}

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";

import { useProblem } from "@/app/problem";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";

import { repairFile } from "./queries";
import { imports } from "./texts";

/** The rows that were not accepted as a file, with the reason of each. */
export function RepairButton({ queueId, uploadId }: { queueId: string; uploadId: string }) {
  const t = useTexts(imports);
  const { onError } = useProblem();
  const fetchFile = useMutation({
    mutationFn: () => repairFile(queueId, uploadId),
    onSuccess: (file) => save(file, `${t.repairName}.csv`),
    onError,
  });
  return (
    <Button size="sm" icon={Download} title={t.repairHint} busy={fetchFile.isPending} onClick={() => fetchFile.mutate()}>
      {t.repairFile}
    </Button>
  );
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Browsers take the file from the address after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

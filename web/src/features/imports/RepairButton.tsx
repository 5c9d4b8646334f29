import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";

import { useProblem } from "@/app/problem";
import { useTexts } from "@/i18n/texts";
import { saveFile } from "@/lib/save";
import { Button } from "@/ui/Button";

import { repairFile } from "./queries";
import { imports } from "./texts";

/** The rows that were not accepted as a file, with the reason of each. */
export function RepairButton({ queueId, uploadId }: { queueId: string; uploadId: string }) {
  const t = useTexts(imports);
  const { onError } = useProblem();
  const fetchFile = useMutation({
    mutationFn: () => repairFile(queueId, uploadId),
    onSuccess: (file) => saveFile(`${t.repairName}.csv`, file, "text/csv;charset=utf-8"),
    onError,
  });
  return (
    <Button size="sm" icon={Download} title={t.repairHint} busy={fetchFile.isPending} onClick={() => fetchFile.mutate()}>
      {t.repairFile}
    </Button>
  );
}

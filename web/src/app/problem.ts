import { useQueryClient } from "@tanstack/react-query";

import { Failure, NoAnswer, SignedOut } from "@/api/failure";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { common } from "@/ui/texts";
import { toast } from "@/ui/Toast";

/** Says why a press did nothing, and shows what is so by now. */
export function useProblem(): { onError: (error: unknown) => void } {
  const t = useTexts(common);
  const client = useQueryClient();
  return {
    onError: (error) => {
      if (error instanceof SignedOut) return;
      const text = error instanceof Failure ? error.message : error instanceof NoAnswer ? t.noAnswer : t.somethingWrong;
      toast({ text, kind: "problem" });
      void client.invalidateQueries({ queryKey: keys.queues });
    },
  };
}

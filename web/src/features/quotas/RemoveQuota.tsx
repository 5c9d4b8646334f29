import { useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { deleteQuota } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import Confirm from "@/ui/Confirm";
import { toast } from "@/ui/Toast";

import type { Holder } from "./QuotaCard";
import { quotas } from "./texts";

/** Takes back all that was granted to a member. */
export default function RemoveQuota({ holder: { quota, name }, onClose }: { holder: Holder; onClose: () => void }) {
  const t = useTexts(quotas);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call(deleteQuota, { path: { userId: quota.userId } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.quotas });
      toast({ text: t.removed(name) });
      onClose();
    },
  });
  return (
    <Confirm
      title={t.removeOf(name)}
      action={t.remove}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{t.removeHint}</p>
    </Confirm>
  );
}

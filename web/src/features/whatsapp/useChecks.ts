import { useQuery } from "@tanstack/react-query";

import { useCan } from "@/app/me";
import type { WhatsAppStandingView } from "@/api/generated";
import { keys } from "@/api/keys";
import { failedQuery } from "@/features/messaging/queries";
import { useNow } from "@/ui/Text";

import { checksOf, type Check } from "./checks";
import { answersMeta, heardQuery } from "./queries";

/** What is known of the connection by now. With the verify token the callback's address can be asked as Meta asks. */
export function useChecks(account: WhatsAppStandingView, verifyToken: string | undefined): Check[] {
  const can = useCan();
  const now = useNow();
  const heard = useQuery({ ...heardQuery, enabled: can("messages:read") });
  const failed = useQuery({ ...failedQuery({ reason: "AccountStopped" }), enabled: can("tasks:read") });
  const answers = useQuery({
    queryKey: [...keys.whatsapp, "answers", account.version],
    queryFn: () => answersMeta(verifyToken ?? ""),
    enabled: verifyToken !== undefined,
  });
  return checksOf(account, { heard: heard.data, stuck: failed.data?.tasks.length, answers: answers.data }, now);
}

import { useQuery } from "@tanstack/react-query";

import { Broken } from "@/app/Crash";
import { useTexts } from "@/i18n/texts";
import { Skeleton } from "@/ui/Empty";
import { Page } from "@/ui/Page";

import { DeadLetters } from "./DeadLetters";
import { deadLettersQuery } from "./queries";
import { platform } from "./texts";

/** Jobs that failed too often and wait for somebody: how many, since when, and a way to try them again. */
export function DeadLettersPage() {
  const t = useTexts(platform);
  const { data, error, refetch } = useQuery(deadLettersQuery);
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  return (
    <Page title={t.deadLetters} intro={t.deadLettersIntro}>
      {!data && <Skeleton className="h-72" />}
      {data?.map((letters) => <DeadLetters key={letters.queue} letters={letters} />)}
    </Page>
  );
}

import { useState } from "react";
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
  // What needs somebody comes first; it stays where it is while it is looked at.
  const [order, setOrder] = useState<string[]>();
  if (data && !order) setOrder(data.toSorted((a, b) => Number(b.depth > 0) - Number(a.depth > 0)).map(({ queue }) => queue));
  const sorted = data?.toSorted((a, b) => (order?.indexOf(a.queue) ?? 0) - (order?.indexOf(b.queue) ?? 0));
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  return (
    <Page title={t.deadLetters} intro={t.deadLettersIntro}>
      {!data && <Skeleton className="h-72" />}
      {sorted?.map((letters) => <DeadLetters key={letters.queue} letters={letters} />)}
    </Page>
  );
}

import { getRouteApi } from "@tanstack/react-router";

import { useTexts } from "@/i18n/texts";
import { Page } from "@/ui/Page";

import { FailedList } from "./FailedList";
import { messaging } from "./texts";

const route = getRouteApi("/messages/failed");

/** Messages that did not arrive: why, in plain words, and what can be done. */
export function FailedPage() {
  const t = useTexts(messaging);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={t.failedTitle} intro={t.failedIntro}>
      <FailedList search={search} onSearch={(next) => void navigate({ search: next, replace: !next.page })} />
    </Page>
  );
}

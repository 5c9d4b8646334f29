import { getRouteApi } from "@tanstack/react-router";

import { useTexts } from "@/i18n/texts";
import { Page } from "@/ui/Page";

import { MessageLog } from "./MessageLog";
import { messaging } from "./texts";

const route = getRouteApi("/messages");

/** All that was sent to patients, and what became of it. */
export function MessagesPage() {
  const t = useTexts(messaging);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={t.logTitle} intro={t.logIntro}>
      <MessageLog search={search} onSearch={(next, replace = false) => void navigate({ search: next, replace })} />
    </Page>
  );
}

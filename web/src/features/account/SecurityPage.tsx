import { getRouteApi } from "@tanstack/react-router";

import { useMe } from "@/app/me";
import { useTexts } from "@/i18n/texts";
import { Page } from "@/ui/Page";
import { Tabs } from "@/ui/Tabs";

import { History } from "./History";
import { PasswordCard } from "./PasswordCard";
import { Profile } from "./Profile";
import { TABS } from "./routes";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";
import { account } from "./texts";

const route = getRouteApi("/settings/security");

/** One's own account: who one is, how one signs in, and where one is signed in. */
export function SecurityPage() {
  const t = useTexts(account);
  const { elevation } = useMe();
  const { tab = "profile", page } = route.useSearch();
  const navigate = route.useNavigate();
  if (elevation) {
    return (
      <Page title={t.title} width="form">
        <p>{t.notInStay}</p>
      </Page>
    );
  }
  const choose = (chosen: (typeof TABS)[number]) =>
    void navigate({ search: chosen === "profile" ? {} : { tab: chosen }, replace: true });
  return (
    <Page title={t.title} intro={t.intro} width="form">
      <Tabs label={t.parts} tabs={TABS.map((id) => ({ id, label: t.tabs[id] }))} chosen={tab} onChoose={choose}>
        <div className="flex flex-col gap-4">
          {tab === "profile" && <Profile />}
          {tab === "sign-in" && (
            <>
              <PasswordCard />
              <SecondFactor />
            </>
          )}
          {tab === "devices" && (
            <>
              <Sessions />
              <History page={page} onPage={(next) => void navigate({ search: { tab, ...(next && { page: next }) } })} />
            </>
          )}
        </div>
      </Tabs>
    </Page>
  );
}

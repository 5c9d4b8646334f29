import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { MailPlus, UserPlus } from "lucide-react";

import { useCan } from "@/app/me";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Num } from "@/ui/Num";
import { Page } from "@/ui/Page";
import { Tabs } from "@/ui/Tabs";

import { InvitationList } from "./InvitationList";
import { MemberList } from "./MemberList";
import { invitationsQuery, rolesQuery } from "./queries";
import { members } from "./texts";

const InviteDialog = lazy(() => import("./InviteDialog"));
const NewMember = lazy(() => import("./NewMember"));

/** Who works here, and who was asked to. */
export function MembersPage() {
  const t = useTexts(members);
  const can = useCan();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/settings/members" });
  const [open, setOpen] = useState<"invite" | "add">();
  const { data } = useQuery(invitationsQuery);
  const rolesKnown = useQuery(rolesQuery).data !== undefined;
  const pending = data?.items.filter(({ state }) => state === "pending").length ?? 0;
  const chosen = tab === "invitations" ? "invitations" : "team";
  const close = () => setOpen(undefined);
  const actions = can("members:manage") && (
    <>
      <Button look="primary" icon={MailPlus} onClick={() => setOpen("invite")}>
        {t.invite}
      </Button>
      <Button icon={UserPlus} onClick={() => setOpen("add")}>
        {t.add}
      </Button>
    </>
  );
  return (
    <Page title={t.title} intro={t.intro} actions={actions}>
      <Tabs
        label={t.title}
        tabs={[
          { id: "team", label: t.team },
          {
            id: "invitations",
            label: (
              <>
                {t.invitations}
                {pending > 0 && <Num of={pending} />}
              </>
            ),
          },
        ]}
        chosen={chosen}
        onChoose={(next) => void navigate({ to: "/settings/members", search: next === "invitations" ? { tab: next } : {} })}
      >
        {chosen === "team" ? (
          <MemberList onInvite={() => setOpen("invite")} />
        ) : (
          <InvitationList onInvite={() => setOpen("invite")} />
        )}
      </Tabs>
      {open && rolesKnown && (
        <Suspense>
          {open === "invite" && <InviteDialog onClose={close} />}
          {open === "add" && <NewMember onClose={close} />}
        </Suspense>
      )}
    </Page>
  );
}

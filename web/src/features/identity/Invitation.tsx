import { useEffect, useState, useSyncExternalStore } from "react";
import { MailQuestionMark } from "lucide-react";

import { faultOf } from "@/api/failure";
import { lookAtInvitation, type OfferView } from "@/api/generated";
import { send } from "@/api/http";
import { useLanguage, useTexts } from "@/i18n/texts";
import { moment } from "@/lib/format";
import { useSession } from "@/session/useSession";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { FilterChips } from "@/ui/FilterChips";
import { Problem } from "@/ui/form";
import { Bdi } from "@/ui/Text";
import { common } from "@/ui/texts";

import { AcceptAsNew } from "./AcceptAsNew";
import { DoorLink } from "./DoorLink";
import { Join } from "./Join";
import { identity } from "./texts";

const turned = (listener: () => void) => {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
};

/** The token of the address; none where the address was broken on its way. */
function tokenOf(): string {
  try {
    return decodeURIComponent(location.hash.slice(1)).trim();
  } catch {
    return "";
  }
}

/** What an invitation's link opens. Its token stands behind `#`, which is sent to no server. */
export default function Invitation({ onEntered }: { onEntered: () => void }) {
  const token = useSyncExternalStore(turned, tokenOf);
  const language = useLanguage();
  const { retry } = useTexts(common);
  const [found, setFound] = useState<{ asked: string; offer?: OfferView; error?: unknown }>();
  const [tries, setTries] = useState(0);
  // The role is called something else in another language.
  const asked = `${token} ${language} ${tries}`;
  useEffect(() => {
    if (token === "") return;
    let isLast = true;
    const { method, path } = lookAtInvitation;
    send({ method, url: path, body: { token } }).then(
      (offer) => isLast && setFound({ asked, offer: offer as OfferView }),
      (error: unknown) => isLast && setFound({ asked, error }),
    );
    return () => {
      isLast = false;
    };
  }, [token, asked]);
  if (token === "") return <Over />;
  if (!found?.asked.startsWith(token) || (found.error !== undefined && found.asked !== asked)) return <Skeleton className="h-72" />;
  if (found.offer) return <Offer offer={found.offer} token={token} onEntered={onEntered} />;
  const { error } = found;
  if (faultOf(lookAtInvitation, error, "InvitationInvalid") || faultOf(lookAtInvitation, error, "InvalidFormat")) return <Over />;
  return (
    <div className="flex flex-col gap-4">
      <Problem error={error} />
      <Button onClick={() => setTries(tries + 1)}>{retry}</Button>
    </div>
  );
}

/** Used, taken back, over in time, or broken on its way: nobody is told which, but what to do. */
function Over() {
  const t = useTexts(identity);
  return (
    <Empty icon={MailQuestionMark} title={t.invitationOver} as="h1">
      <p>{t.invitationOverHint}</p>
      <p>
        {t.joinedAlready} <DoorLink to="/sign-in">{t.signIn}</DoorLink>
      </p>
    </Empty>
  );
}

interface OfferProps {
  offer: OfferView;
  token: string;
  onEntered: () => void;
}

function Offer({ offer, token, onEntered }: OfferProps) {
  const t = useTexts(identity);
  const isIn = useSession().is === "in";
  // Whoever is signed in is likely to mean that account.
  const [way, setWay] = useState<"new" | "known">(isIn ? "known" : "new");
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col gap-1">
        <h1 className="text-xl font-semibold">{t.invitedBy(offer.tenant.name)}</h1>
        <p>
          {t.invitedAs} <Bdi className="font-medium">{offer.roleTitle}</Bdi>
        </p>
        <p className="text-sm text-muted">{t.invitedUntil(moment(offer.endsAt))}</p>
      </div>
      <FilterChips
        label={t.howToJoin}
        chips={[
          { id: "new", label: t.newAccount },
          { id: "known", label: t.ownAccount },
        ]}
        chosen={way}
        onChoose={setWay}
      />
      {way === "new" ? (
        <AcceptAsNew offer={offer} token={token} onEntered={onEntered} />
      ) : (
        <Join offer={offer} token={token} onEntered={onEntered} />
      )}
    </div>
  );
}

import { lazy, Suspense, useState, useSyncExternalStore, type ReactNode } from "react";
import { ArrowLeftRight, Keyboard, LogOut } from "lucide-react";

import { onPreferences, prefer, preferences, type Preferences } from "@/i18n/preferences";
import { useTexts } from "@/i18n/texts";
import { signOut } from "@/session/session";
import { Button } from "@/ui/Button";
import Dialog from "@/ui/Dialog";
import { FilterChips } from "@/ui/FilterChips";
import { Switch } from "@/ui/Switch";
import { Bdi, Ltr } from "@/ui/Text";

import { useMe } from "./me";
import { app } from "./texts";
import { useWhere } from "./where";
import WhereDialog from "./WhereDialog";

const ShortcutsDialog = lazy(() => import("./ShortcutsDialog"));

/** How things look on this device, and the way out. */
export default function AccountDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(app);
  const me = useMe();
  const { several } = useWhere();
  const [leaving, setLeaving] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [listing, setListing] = useState(false);
  if (choosing) return <WhereDialog onClose={onClose} />;
  if (listing) {
    return (
      <Suspense>
        <ShortcutsDialog onClose={onClose} />
      </Suspense>
    );
  }
  return (
    <Dialog title={t.preferences} onClose={onClose}>
      <div className="flex flex-col gap-5">
        <div>
          <Bdi className="block font-medium">{me.fullName}</Bdi>
          <p className="text-sm text-muted">
            <Bdi>{me.tenant.name}</Bdi>
            {me.username && (
              <>
                {" · "}
                <Ltr>{me.username}</Ltr>
              </>
            )}
          </p>
        </div>
        {several && (
          <Button icon={ArrowLeftRight} onClick={() => setChoosing(true)}>
            {t.where}
          </Button>
        )}
        <Choices />
        <Button icon={Keyboard} look="quiet" size="sm" className="self-start" onClick={() => setListing(true)}>
          {t.showShortcuts}
        </Button>
        <Button
          icon={LogOut}
          mirror
          busy={leaving}
          onClick={() => {
            setLeaving(true);
            void signOut();
          }}
        >
          {t.signOut}
        </Button>
      </div>
    </Dialog>
  );
}

function Choices() {
  const t = useTexts(app);
  const chosen = useSyncExternalStore(onPreferences, preferences);
  return (
    <>
      <Choice label={t.language}>
        <FilterChips
          label={t.language}
          chips={[
            { id: "ar", label: t.arabic },
            { id: "en", label: t.english },
          ]}
          chosen={chosen.language}
          onChoose={(language) => prefer({ language })}
        />
      </Choice>
      <Choice label={t.theme}>
        <FilterChips
          label={t.theme}
          chips={(["system", "light", "dark"] as const).map((id) => ({ id, label: t.themes[id] }))}
          chosen={chosen.theme}
          onChoose={(theme: Preferences["theme"]) => prefer({ theme })}
        />
      </Choice>
      {chosen.language === "ar" && (
        <Choice label={t.digits}>
          <FilterChips
            label={t.digits}
            chips={[
              { id: "latn", label: "0123" },
              { id: "arab", label: "٠١٢٣" },
            ]}
            chosen={chosen.digits}
            onChoose={(digits: Preferences["digits"]) => prefer({ digits })}
          />
        </Choice>
      )}
      <Switch label={t.hijri} on={chosen.hijri} onChange={(hijri) => prefer({ hijri })} />
      <Switch label={t.singleKeys} hint={t.singleKeysHint} on={chosen.shortcuts} onChange={(shortcuts) => prefer({ shortcuts })} />
    </>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm font-medium text-muted">{label}</p>
      {children}
    </div>
  );
}

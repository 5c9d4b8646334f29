import { Link, Outlet, useMatchRoute } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Back } from "@/ui/Back";
import { cx } from "@/ui/cx";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";

import { useCan } from "./me";
import { allowed, DAILY, SETTINGS, type Place } from "./places";
import { THUMBS } from "./Shell";
import { app } from "./texts";

/** On a wide screen the list stands beside what is open; on a phone it is a page of its own. */
export function SettingsPage() {
  const t = useTexts(app);
  const alone = useMatchRoute()({ to: "/settings" }) !== false;
  if (alone) {
    return (
      <Page title={t.places.settings} intro={t.settingsIntro}>
        <Places />
      </Page>
    );
  }
  return (
    <div className="flex min-w-0 flex-col xl:grid xl:grid-cols-[16rem_minmax(0,1fr)]">
      <div className="px-4 pt-4 xl:hidden">
        <Back to="/settings">{t.places.settings}</Back>
      </div>
      <div className="hidden p-6 pe-0 xl:block">
        <Places beside />
      </div>
      <Outlet />
    </div>
  );
}

function Places({ beside }: { beside?: boolean }) {
  const t = useTexts(app);
  const can = useCan();
  const groups = SETTINGS.map((group) => ({ ...group, places: group.places.filter((place) => allowed(place, can)) }));
  const hidden = DAILY.filter((place) => place.id !== "settings" && allowed(place, can)).slice(THUMBS);
  return (
    <nav aria-label={t.places.settings} className="flex flex-col gap-5">
      {!beside && hidden.length > 0 && (
        <ul className="grid gap-2 sm:grid-cols-2 md:hidden">{hidden.map((place) => <Entry key={place.id} of={place} />)}</ul>
      )}
      {groups
        .filter((group) => group.places.length > 0)
        .map((group) => (
          <section key={group.id} className="flex flex-col gap-2">
            <h2 className="text-sm font-medium text-muted">{t.groups[group.id]}</h2>
            <ul className={beside ? "flex flex-col gap-1" : "grid gap-2 sm:grid-cols-2"}>
              {group.places.map((place) => (
                <Entry key={place.id} of={place} beside={beside} />
              ))}
            </ul>
          </section>
        ))}
    </nav>
  );
}

function Entry({ of: place, beside }: { of: Place; beside?: boolean | undefined }) {
  const t = useTexts(app);
  return (
    <li>
      <Link
        to={place.to}
        className={cx(
          "flex items-center gap-3 rounded-md px-3 transition-colors hover:bg-raised aria-[current=page]:bg-brand-soft aria-[current=page]:text-brand-ink",
          beside ? "min-h-10 text-sm" : "min-h-13 border border-hairline bg-surface",
        )}
      >
        <Icon of={place.icon} className="text-muted" />
        <span className="min-w-0 flex-1">{t.places[place.id]}</span>
        {!beside && <Icon of={ChevronLeft} className="size-4 text-muted ltr:-scale-x-100" />}
      </Link>
    </li>
  );
}

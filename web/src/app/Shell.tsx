import { useRef, useSyncExternalStore } from "react";
import { Link, Outlet, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { Ellipsis, MapPinOff, Smartphone, WifiOff } from "lucide-react";

import { failedCountQuery } from "@/features/messaging/queries";
import { queuesQuery } from "@/features/queues/queries";
import { useTexts } from "@/i18n/texts";
import { number } from "@/lib/format";
import { buttonClass } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Empty } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Bdi } from "@/ui/Text";
import { common } from "@/ui/texts";
import { Toasts } from "@/ui/Toast";

import { Account } from "./Account";
import { useArrival } from "./arrival";
import { Broken } from "./Crash";
import { Keys } from "./Keys";
import { useCan, useMe } from "./me";
import { useOneMachine } from "./oneMachine";
import { allowed, DAILY, type Place } from "./places";
import { StayFrame } from "./StayFrame";
import { app } from "./texts";
import { WhereButton } from "./Where";

/** The frame: a rail beside the page, or a bar below it on a phone. */
export function Shell() {
  const t = useTexts(app);
  const main = useRef<HTMLElement>(null);
  const { elevation } = useMe();
  useArrival(main);
  return (
    <div
      className={cx(
        "flex min-h-dvh flex-col md:grid md:grid-cols-[15.5rem_minmax(0,1fr)]",
        elevation ? "[--above:2.75rem] md:grid-rows-[auto_1fr]" : "[--above:0px]",
      )}
    >
      <StayFrame />
      <Keys />
      <a
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
        className="fixed start-2 -top-20 z-50 rounded-md bg-surface px-4 py-2 shadow-lg focus:top-2"
      >
        {t.skip}
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col pb-16 md:pb-0">
        <Offline />
        <main id="main" ref={main} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <Outlet />
        </main>
      </div>
      <Bar />
      <Toasts />
    </div>
  );
}

function Rail() {
  const t = useTexts(app);
  const can = useCan();
  return (
    <aside className="sticky top-(--above) hidden h-[calc(100dvh-var(--above))] flex-col gap-5 border-e border-hairline bg-surface p-4 md:flex">
      <div>
        <p className="px-2 text-xl font-bold text-brand">{useTexts(common).product}</p>
        <WhereButton />
      </div>
      <nav aria-label={t.navigation} className="flex min-h-0 flex-1 flex-col gap-1 overflow-y-auto">
        {DAILY.filter((place) => allowed(place, can)).map((place) => (
          <Link key={place.id} to={place.to} activeOptions={matching(place)} className={PLACE}>
            <Icon of={place.icon} />
            <span className="flex-1">{t.places[place.id]}</span>
            {place.id === "failed" && <FailedCount />}
          </Link>
        ))}
        {can("queues:read") && <Queues />}
      </nav>
      <div className="flex flex-col">
        <Phones />
        <Account />
      </div>
    </aside>
  );
}

/** On one machine the patients' phones are there, too. */
function Phones() {
  const t = useTexts(app);
  if (!useOneMachine()) return null;
  return (
    <a href="/simulator" target="_blank" rel="noreferrer" className="flex min-h-11 items-center gap-3 rounded-md px-3 text-sm text-muted transition-colors hover:bg-raised">
      <Icon of={Smartphone} />
      {t.phones}
    </a>
  );
}

const PLACE =
  "flex min-h-11 items-center gap-3 rounded-md px-3 text-text transition-colors hover:bg-raised aria-[current=page]:bg-brand-soft aria-[current=page]:font-medium aria-[current=page]:text-brand-ink";

/** Places whose things have pages of their own: they are open while one of these is; of the others each is for itself. */
const ABOVE: Place["id"][] = ["settings", "patients", "tenants"];
const matching = ({ id }: Place) => ({ exact: !ABOVE.includes(id), includeSearch: false });

function FailedCount() {
  const t = useTexts(app);
  const { data = 0 } = useQuery(failedCountQuery);
  return <Count of={data} label={t.failedCount(data)} bad />;
}

function Count({ of, label, bad }: { of: number; label: string; bad?: boolean }) {
  if (of === 0) return null;
  return (
    <span className={`numerals rounded-full px-2 py-0.5 text-xs font-semibold ${bad ? "bg-bad-soft text-bad" : "bg-raised text-muted"}`}>
      <span aria-hidden>{number(of)}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}

function Queues() {
  const t = useTexts(app);
  const { data } = useQuery(queuesQuery);
  const open = data?.filter((queue) => queue.active) ?? [];
  if (open.length === 0) return null;
  return (
    <div className="mt-4 flex flex-col gap-1">
      <h2 className="px-3 text-sm font-medium text-muted">{t.queues}</h2>
      {open.map((queue) => (
        <Link key={queue.id} to="/queues/$queueId" params={{ queueId: queue.id }} activeOptions={{ includeSearch: false }} className={PLACE}>
          <Bdi className="min-w-0 flex-1 truncate">{queue.doctorName}</Bdi>
          <Count of={queue.counts.waiting} label={t.waitingCount(queue.counts.waiting)} />
        </Link>
      ))}
    </div>
  );
}

/** How many places a phone's bar has room for, beside "more" and the account. */
export const THUMBS = 3;

/** The same on a phone, under the thumb. */
function Bar() {
  const t = useTexts(app);
  const can = useCan();
  const shown = DAILY.filter((one) => one.id !== "settings" && allowed(one, can));
  const place =
    "flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-muted -outline-offset-2 aria-[current=page]:font-semibold aria-[current=page]:text-brand";
  return (
    <nav
      aria-label={t.navigation}
      className="fixed inset-x-0 bottom-0 z-30 flex h-16 border-t border-hairline bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {shown.slice(0, THUMBS).map((one) => (
        <Link key={one.id} to={one.to} activeOptions={matching(one)} className={place}>
          <Icon of={one.icon} />
          <span className="max-w-full truncate px-1">{t.places[one.id]}</span>
        </Link>
      ))}
      <Link to="/settings" className={place}>
        <Icon of={Ellipsis} />
        {t.more}
      </Link>
      <Account small />
    </nav>
  );
}

const online = (listener: () => void) => {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
};

function Offline() {
  const t = useTexts(common);
  const isOnline = useSyncExternalStore(online, () => navigator.onLine);
  return (
    <div role="status">
      {!isOnline && (
        <p className="flex items-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn">
          <Icon of={WifiOff} className="size-4" />
          {t.offline}
        </p>
      )}
    </div>
  );
}

export function NotFound() {
  const t = useTexts(app);
  return (
    <Empty icon={MapPinOff} title={t.notFound} as="h1">
      <p>{t.notFoundHint}</p>
      <Link to="/" className={buttonClass("primary")}>
        {t.backHome}
      </Link>
    </Empty>
  );
}

export function PageError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return <Broken error={error} retry={() => void router.invalidate()} />;
}

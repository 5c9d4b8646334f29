import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, Search, UserPlus } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan, useMe } from "@/app/me";
import type { MemberView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { digitsOf } from "@/lib/digits";
import { searchable } from "@/lib/fold";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Field, Select } from "@/ui/Field";
import { FilterChips } from "@/ui/FilterChips";
import { Icon } from "@/ui/Icon";
import { useSearchText } from "@/ui/settled";
import { Badge } from "@/ui/Status";
import { Bdi, Ltr } from "@/ui/Text";

import { Pages } from "./Pages";
import { useCoverage, useRoleTitle } from "./parts";
import { membersQuery, useRoles } from "./queries";
import { members } from "./texts";

const STATES = ["all", "active", "inactive"] as const;
const PAGE = 50;

/** The team: the API chooses by role and state, names are looked for among those. */
export function MemberList({ onInvite }: { onInvite: () => void }) {
  const t = useTexts(members);
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ from: "/settings/members" });
  const roles = useRoles();
  const state = STATES.find((one) => one === search.state) ?? "all";
  const filter = { ...(search.role && { role: search.role }), ...(state !== "all" && { active: state === "active" }) };
  const { data, error, refetch } = useQuery(membersQuery(filter));
  const go = (change: typeof search) =>
    void navigate({ to: "/settings/members", search: { ...search, page: undefined, ...change }, replace: true });
  // The address follows; names are looked for here, and so at once.
  const { typed, setTyped } = useSearchText(search.q ?? "", (q) => go({ q: q || undefined }));
  if (error && !data) return <Broken part error={error} retry={() => void refetch()} />;
  const found = data?.items.filter((member) => fits(member, typed)) ?? [];
  const last = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(last, Math.max(1, Number(search.page) || 1));
  const isFiltered = Boolean(typed.trim() || search.role || search.state);
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_14rem]">
        <Field label={t.search} name="q" type="search" value={typed} autoComplete="off" onText={setTyped} />
        <Select
          label={t.role}
          name="role"
          value={search.role ?? ""}
          options={[{ value: "", label: t.everyRole }, ...roles.map(({ id, title }) => ({ value: id, label: title }))]}
          onText={(role) => go({ role: role || undefined })}
        />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <FilterChips
          label={t.state}
          chips={STATES.map((id) => ({ id, label: t.states[id] }))}
          chosen={state}
          onChoose={(next) => go({ state: next === "all" ? undefined : next })}
        />
        <p role="status" className="text-sm text-muted">
          {data && t.count(found.length)}
        </p>
      </div>
      {!data && <Skeleton className="h-64" />}
      {data?.more && <p className="text-sm text-muted">{t.notAll}</p>}
      {data && found.length === 0 && (
        <Empty icon={Search} title={t.nobodyFound}>
          <p>{t.nobodyFoundHint}</p>
          {isFiltered && (
            <Button
              onClick={() => {
                setTyped("");
                void navigate({ to: "/settings/members", search: {} });
              }}
            >
              {t.clearFilter}
            </Button>
          )}
        </Empty>
      )}
      {found.length > 0 && (
        <ul className="flex flex-col divide-y divide-hairline overflow-hidden rounded-xl border border-hairline bg-surface">
          {found.slice((page - 1) * PAGE, page * PAGE).map((member) => (
            <Row key={member.id} of={member} />
          ))}
        </ul>
      )}
      <Pages page={page} last={last} onGo={(next) => go({ page: next > 1 ? String(next) : undefined })} />
      {data?.items.length === 1 && !isFiltered && can("members:manage") && (
        <Empty icon={UserPlus} title={t.onlyYou}>
          <p>{t.onlyYouHint}</p>
          <Button onClick={onInvite}>{t.invite}</Button>
        </Empty>
      )}
    </div>
  );
}

function fits(member: MemberView, wanted: string): boolean {
  if (wanted.trim() === "") return true;
  const digits = digitsOf(wanted).replace(/^0+/, "");
  if (digits.length >= 3 && member.phone?.includes(digits)) return true;
  const words = searchable(wanted).split(" ");
  const text = searchable(`${member.fullName} ${member.username}`);
  return words.every((word) => text.includes(word));
}

function Row({ of: member }: { of: MemberView }) {
  const t = useTexts(members);
  const me = useMe();
  const titleOf = useRoleTitle();
  const coverage = useCoverage();
  return (
    <li>
      <Link
        to="/settings/members/$userId"
        params={{ userId: member.id }}
        className="grid min-h-14 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2.5 -outline-offset-2 transition-colors hover:bg-raised md:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1fr)_7rem]"
      >
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-x-2">
            <Bdi className="font-medium">{member.fullName}</Bdi>
            {member.id === me.id && <Badge tone="brand">{t.you}</Badge>}
          </span>
          <Ltr className="block truncate text-sm text-muted rtl:text-end">{member.username}</Ltr>
        </span>
        <Bdi className="text-sm max-md:col-start-1">{titleOf(member.role)}</Bdi>
        <span className="text-sm text-muted max-md:col-start-1">{coverage(member.clinics)}</span>
        <span className="flex items-center justify-end gap-2 max-md:col-start-2 max-md:row-start-1">
          {!member.active && <Badge tone="warn">{t.inactive}</Badge>}
          <Icon of={ChevronLeft} className="size-4 text-muted ltr:-scale-x-100" />
        </span>
      </Link>
    </li>
  );
}

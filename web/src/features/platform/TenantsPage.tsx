import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Building2, ChevronLeft, SearchX } from "lucide-react";

import { Broken } from "@/app/Crash";
import type { CustomerKind, CustomerView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { country, date } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Field, Select } from "@/ui/Field";
import { FilterChips } from "@/ui/FilterChips";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";
import { Pager } from "@/ui/Pager";
import { useSearchText } from "@/ui/settled";
import { Bdi, Ltr } from "@/ui/Text";

import { customersQuery } from "./queries";
import { KINDS, type TenantSearch } from "./routes";
import { Standing } from "./Standing";
import { platform } from "./texts";

const route = getRouteApi("/platform/tenants");

/** Everybody who works with Dawr. */
export function TenantsPage() {
  const t = useTexts(platform);
  const { search, kind, only, page } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = { ...(search && { search }), ...(kind && { kind }), ...(only && { suspended: only === "suspended" }), ...(page && { page }) };
  const { data, error, refetch } = useQuery({ ...customersQuery(filter), placeholderData: keepPreviousData });
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  // What is filtered begins at its first page.
  const go = (change: TenantSearch) => {
    const next = Object.entries({ search, kind, only, ...change }).filter(([, value]) => value);
    void navigate({ search: Object.fromEntries(next) as TenantSearch, replace: true });
  };
  const filtered = Boolean(search ?? kind ?? only);
  return (
    <Page title={t.tenants} intro={t.tenantsIntro}>
      <Filters search={search} kind={kind} only={only} onGo={go} />
      {!data && <Skeleton className="h-72" />}
      {data?.items.length === 0 && (
        <Empty icon={filtered ? SearchX : Building2} title={filtered ? t.noneMatch : t.noTenants}>
          {filtered ? (
            <Button onClick={() => void navigate({ search: {} })}>{t.showAll}</Button>
          ) : (
            <p>{t.noTenantsHint}</p>
          )}
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <ul className="flex flex-col divide-y divide-hairline overflow-hidden rounded-xl border border-hairline bg-surface">
          {data.items.map((tenant) => (
            <Row key={tenant.id} tenant={tenant} />
          ))}
        </ul>
      )}
      <Pager page={page} next={data?.nextPage} onPage={(next) => void navigate({ search: (before) => withPage(before, next) })} />
    </Page>
  );
}

function withPage(search: TenantSearch, next: string | undefined): TenantSearch {
  const others = { ...search };
  delete others.page;
  return next ? { ...others, page: next } : others;
}

function Filters({ search, kind, only, onGo }: TenantSearch & { onGo: (change: TenantSearch) => void }) {
  const t = useTexts(platform);
  const { typed, setTyped } = useSearchText(search ?? "", (text) => onGo({ search: text }));
  return (
    <search className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_14rem]">
        <Field label={t.search} name="search" type="search" hint={t.searchHint} value={typed} autoComplete="off" onText={setTyped} />
        <Select
          label={t.kind}
          name="kind"
          value={kind ?? ""}
          options={[{ value: "", label: t.allKinds }, ...KINDS.map((value) => ({ value, label: t.kinds[value] }))]}
          onText={(value) => onGo({ kind: (value || undefined) as CustomerKind })}
        />
      </div>
      <FilterChips
        label={t.standing}
        chips={[
          { id: "", label: t.all },
          { id: "working", label: t.working },
          { id: "suspended", label: t.suspended },
        ]}
        chosen={only ?? ""}
        onChoose={(id) => onGo({ only: (id || undefined) as "working" })}
      />
    </search>
  );
}

function Row({ tenant }: { tenant: CustomerView }) {
  const t = useTexts(platform);
  return (
    <li>
      <Link
        to="/platform/tenants/$tenantId"
        params={{ tenantId: tenant.id }}
        className="flex items-center gap-3 px-4 py-3 -outline-offset-2 transition-colors hover:bg-raised"
      >
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            <Bdi>{tenant.name}</Bdi>
            {tenant.suspended && <Standing suspended />}
          </p>
          <p className="flex flex-wrap items-baseline gap-x-3 text-sm text-muted">
            <Ltr>{tenant.slug}</Ltr>
            {tenant.kind !== "platform" && <span>{t.kinds[tenant.kind]}</span>}
            <span>{country(tenant.region)}</span>
            <span>{t.since(date(tenant.createdAt))}</span>
          </p>
        </div>
        <Icon of={ChevronLeft} className="text-muted ltr:-scale-x-100" />
      </Link>
    </li>
  );
}

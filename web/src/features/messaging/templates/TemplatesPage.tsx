import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { FileText, Plus, SearchX } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useCan } from "@/app/me";
import type { TemplateView } from "@/api/generated";
import { useLanguage, useTexts } from "@/i18n/texts";
import { buttonClass } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { FilterChips } from "@/ui/FilterChips";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";
import { Bdi } from "@/ui/Text";

import { templatesQuery } from "../queries";
import { messaging } from "../texts";
import { inOrder } from "./template";
import { TemplateBadges } from "./TemplateBadges";
import { TemplateText } from "../TemplateText";
import { templates } from "./texts";

const route = getRouteApi("/templates");

const SHOWS = {
  all: () => true,
  approved: ({ providerTemplate }: TemplateView) => providerTemplate !== null,
  plain: ({ providerTemplate }: TemplateView) => providerTemplate === null,
  paused: ({ paused }: TemplateView) => paused !== null,
};
type Show = keyof typeof SHOWS;

/** The texts that are sent. */
export function TemplatesPage() {
  const t = useTexts(templates);
  const { noneFound } = useTexts(messaging);
  const language = useLanguage();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(templatesQuery);
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  const show: Show = search.show !== undefined && Object.hasOwn(SHOWS, search.show) ? (search.show as Show) : "all";
  const shown = inOrder(data?.filter(SHOWS[show]) ?? [], language);
  const count = (of: Show) => data?.filter(SHOWS[of]).length ?? 0;
  return (
    <Page
      title={t.templatesTitle}
      intro={t.templatesIntro}
      actions={
        can("templates:write") && (
          <Link to="/templates/$templateId" params={{ templateId: "new" }} className={buttonClass("primary")}>
            <Icon of={Plus} />
            {t.newTemplate}
          </Link>
        )
      }
    >
      {data && (count("approved") > 0 || count("paused") > 0) && (
        <FilterChips
          label={t.showLabel}
          chips={(Object.keys(SHOWS) as Show[]).map((id) => ({ id, label: t.shows[id], count: count(id) }))}
          chosen={show}
          onChoose={(id) => void navigate({ search: id === "all" ? {} : { show: id }, replace: true })}
        />
      )}
      {!data && <Skeleton className="h-80" />}
      {data && show === "all" && shown.length === 0 && (
        <Empty icon={FileText} title={t.none}>
          {can("templates:write") && <p>{t.noneHint}</p>}
        </Empty>
      )}
      {data && show !== "all" && shown.length === 0 && <Empty icon={SearchX} title={noneFound} />}
      {shown.length > 0 && <Cards of={shown} />}
    </Page>
  );
}

function Cards({ of: shown }: { of: TemplateView[] }) {
  const t = useTexts(templates);
  return (
    <ul aria-label={t.templatesTitle} className="grid gap-3 sm:grid-cols-2">
      {shown.map((template) => (
        <li key={template.id}>
          <Link
            to="/templates/$templateId"
            params={{ templateId: template.id }}
            className="flex h-full flex-col gap-2 rounded-xl border border-hairline bg-surface p-4 transition-colors hover:border-brand"
          >
            <Bdi className="font-medium">{template.title}</Bdi>
            <TemplateText text={template.content} />
            <TemplateBadges template={template} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Copy } from "lucide-react";

import { Broken } from "@/app/Crash";
import { useAdministersAll, useCan, useMe } from "@/app/me";
import type { TemplateView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Back } from "@/ui/Back";
import { buttonClass } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Icon } from "@/ui/Icon";
import { Page } from "@/ui/Page";

import { templateQuery } from "../queries";
import { TemplateBadges } from "./TemplateBadges";
import { TemplateEditor } from "./TemplateEditor";
import { TemplatePreview } from "./TemplatePreview";
import { templates } from "./texts";

const route = getRouteApi("/templates/$templateId");

/** A template with its preview: one that is there, or a new one, which may begin as another one. */
export function TemplatePage() {
  const t = useTexts(templates);
  const { templateId } = route.useParams();
  const { from } = route.useSearch();
  const isNew = templateId === "new";
  const source = isNew ? from : templateId;
  const { data, error, refetch } = useQuery({ ...templateQuery(source ?? ""), enabled: source !== undefined });
  const may = useMayChange();
  const can = useCan();
  if (error && !data) return <Broken error={error} retry={() => void refetch()} />;
  const editable = isNew || (data !== undefined && may(data));
  return (
    <Page
      title={isNew ? t.newTemplate : (data?.title ?? t.templatesTitle)}
      width="wide"
      back={<Back to="/templates">{t.templatesTitle}</Back>}
      actions={
        !isNew &&
        data &&
        can("templates:write") && (
          <Link to="/templates/$templateId" params={{ templateId: "new" }} search={{ from: data.id }} className={buttonClass()}>
            <Icon of={Copy} />
            {t.copyTemplate}
          </Link>
        )
      }
    >
      {source !== undefined && !data ? (
        <Skeleton className="h-96" />
      ) : editable ? (
        <TemplateEditor key={`${templateId} ${from}`} template={data} isNew={isNew} />
      ) : (
        data && <Facts template={data} />
      )}
    </Page>
  );
}

/** Its author may change a template, and whoever administers the whole organisation. */
function useMayChange(): (template: TemplateView) => boolean {
  const me = useMe();
  const can = useCan();
  const administers = useAdministersAll();
  return (template) => can("templates:write") && (template.createdBy === me.id || administers);
}

/** For whoever may see it and not change it. */
function Facts({ template }: { template: TemplateView }) {
  const t = useTexts(templates);
  return (
    <div className="flex max-w-xl flex-col gap-4">
      <TemplateBadges template={template} />
      <TemplatePreview content={template.content} provider={template.providerTemplate} />
      <p className="text-sm text-muted">{t.onlyAuthor}</p>
    </div>
  );
}

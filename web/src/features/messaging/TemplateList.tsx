import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";

import type { TemplateView } from "@/api/generated";
import { useLanguage, useTexts } from "@/i18n/texts";
import { Empty, Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Badge } from "@/ui/Status";
import { Bdi } from "@/ui/Text";

import { templatesQuery } from "./queries";
import { inOrder } from "./templates/template";
import { TemplateText } from "./TemplateText";
import { messaging } from "./texts";

export function TemplateList({ onChoose }: { onChoose: (template: TemplateView) => void }) {
  const t = useTexts(messaging);
  const language = useLanguage();
  const { data, error } = useQuery(templatesQuery);
  if (error) return <Problem error={error} />;
  if (!data) return <Skeleton className="h-64" />;
  if (data.length === 0) return <Empty icon={FileText} title={t.noTemplates} />;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">{t.choose}</p>
      <ul className="flex flex-col gap-2">
        {inOrder(data, language).map((template) => (
          <li key={template.id}>
            <button
              type="button"
              aria-disabled={template.paused !== null || undefined}
              onClick={() => template.paused === null && onChoose(template)}
              className="flex w-full flex-col gap-1 rounded-lg border border-hairline p-3 text-start transition-colors hover:border-brand hover:bg-brand-soft aria-disabled:opacity-55"
            >
              <span className="flex flex-wrap items-center gap-2 font-medium">
                <Bdi>{template.title}</Bdi>
                {template.paused !== null && <Badge tone="warn">{t.paused}</Badge>}
              </span>
              <TemplateText text={template.content} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

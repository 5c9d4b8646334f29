import { BadgeCheck, CirclePause, Lock, MessageSquareText, Users } from "lucide-react";

import type { TemplateView } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Badge } from "@/ui/Status";

import { messaging } from "../texts";
import { templates } from "./texts";

/** How a template stands at WhatsApp, and who may use it. */
export function TemplateBadges({ template }: { template: TemplateView }) {
  const t = useTexts(templates);
  const { paused } = useTexts(messaging);
  return (
    <span className="mt-auto flex flex-wrap gap-2">
      {template.paused && (
        <Badge tone="warn" icon={CirclePause}>
          {paused}
        </Badge>
      )}
      {template.providerTemplate ? (
        <Badge tone="ok" icon={BadgeCheck}>
          {t.approvedAs}
        </Badge>
      ) : (
        <Badge tone="idle" icon={MessageSquareText}>
          {t.plainText}
        </Badge>
      )}
      <Badge tone="idle" icon={template.isShared ? Users : Lock}>
        {template.isShared ? t.shared : t.private}
      </Badge>
    </span>
  );
}

import type { VariableName } from "@/api/generated";
import { useTexts } from "@/i18n/texts";

import { messaging } from "./texts";

/** A template's text in its own direction, its variables set off and called what they are. */
export function TemplateText({ text }: { text: string }) {
  const { variables } = useTexts(messaging);
  const parts = text.split(/\{\{(\w+)\}\}/);
  return (
    <span dir="auto" className="block text-sm text-muted">
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <bdi key={index} className="rounded bg-raised px-1 text-xs text-text">
            {variables[part as VariableName]}
          </bdi>
        ) : (
          part
        ),
      )}
    </span>
  );
}

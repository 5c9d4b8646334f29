/** A template's text in its own direction, its variables set off. */
export function TemplateText({ text }: { text: string }) {
  const parts = text.split(/(\{\{\w+\}\})/);
  return (
    <span dir="auto" className="block text-sm text-muted">
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <bdi key={index} dir="ltr" className="rounded bg-raised px-1 text-xs text-text">
            {part.slice(2, -2)}
          </bdi>
        ) : (
          part
        ),
      )}
    </span>
  );
}

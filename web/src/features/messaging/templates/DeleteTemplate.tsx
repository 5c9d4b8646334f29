import { lazy, Suspense, useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";

import { call } from "@/api/client";
import { deleteTemplate, type TemplateView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/Toast";

import { templates } from "./texts";

const Confirm = lazy(() => import("@/ui/Confirm"));

/** Deletes a template once somebody has read what follows. */
export function DeleteTemplate({ template }: { template: TemplateView }) {
  const t = useTexts(templates);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => call(deleteTemplate, { path: { templateId: template.id }, version: template.version }),
    onSuccess: async () => {
      toast({ text: t.deleted(template.title) });
      await navigate({ to: "/templates" });
      client.removeQueries({ queryKey: keys.template(template.id) });
      await client.invalidateQueries({ queryKey: keys.templates });
    },
  });
  return (
    <>
      <Button icon={Trash2} className="ms-auto text-bad" onClick={() => setAsking(true)}>
        {t.deleteTemplate}
      </Button>
      {asking && (
        <Suspense>
          <Confirm
            title={t.deleteTitle(template.title)}
            action={t.deleteTemplate}
            busy={remove.isPending}
            error={remove.error}
            onConfirm={() => remove.mutate()}
            onClose={() => {
              remove.reset();
              setAsking(false);
            }}
          >
            {template.isShared && <p>{t.deleteShared}</p>}
            <p>{t.deleteHint}</p>
          </Confirm>
        </Suspense>
      )}
    </>
  );
}

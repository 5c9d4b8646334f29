import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { call } from "@/api/client";
import { Failure, faultOf } from "@/api/failure";
import { createTemplate, getTemplate, updateTemplate, type TemplateView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useLanguage, useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Checkbox, Field, Select } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";

import { messaging } from "../texts";
import { ContentField } from "./ContentField";
import { DeleteTemplate } from "./DeleteTemplate";
import { bodyOf, draftOf, type Draft } from "./draft";
import { Paused } from "./Paused";
import { ProviderFields } from "./ProviderFields";
import { flaw, inNames, named } from "./template";
import { TemplateConflict } from "./TemplateConflict";
import { TemplatePreview } from "./TemplatePreview";
import { templates } from "./texts";

const FIELDS = ["title", "content", "providerTemplate.name", "providerTemplate.language", "providerTemplate.parameters"];

interface TemplateEditorProps {
  /** What it begins as. */
  template: TemplateView | undefined;
  isNew: boolean;
}

export function TemplateEditor({ template: first, isNew }: TemplateEditorProps) {
  const t = useTexts(templates);
  const { variables } = useTexts(messaging);
  const language = useLanguage();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sending = useSending();
  // Words may change with the language; what was typed was typed in these.
  const [names] = useState(variables);
  const [template, setTemplate] = useState(first);
  const [draft, setDraft] = useState<Draft>(() => draftOf(first, names, language));
  const [theirs, setTheirs] = useState<TemplateView>();
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const content = inNames(draft.text, names);
  const save = (draft: Draft, version: number | undefined) =>
    sending.submit(async (key) => {
      const wrong = flaw(draft.text, names);
      if (wrong) throw refusal(wrong.is === "unknown" ? t.unknownVariable(wrong.name) : t.unclosedVariable);
      const body = bodyOf(draft, names);
      try {
        const saved =
          isNew || !template || version === undefined
            ? await call(createTemplate, { body, key: key(body) })
            : await call(updateTemplate, { path: { templateId: template.id }, body, version });
        client.setQueryData(keys.template(saved.id), saved);
      } catch (error) {
        if (!template || !faultOf(updateTemplate, error, "StaleVersion")) throw error;
        setTheirs(await call(getTemplate, { path: { templateId: template.id } }));
        return;
      }
      await client.invalidateQueries({ queryKey: keys.templates });
      toast({ text: t.saved });
      await navigate({ to: "/templates" });
    });
  const take = (taken: TemplateView, chosen = draftOf(taken, names, language)) => {
    setTemplate(taken);
    setDraft(chosen);
    setTheirs(undefined);
    sending.clear();
  };
  if (theirs && template) {
    return (
      <TemplateConflict
        read={draftOf(template, names, language)}
        theirs={draftOf(theirs, names, language)}
        mine={draft}
        busy={sending.busy}
        onSave={(chosen) => {
          take(theirs, chosen);
          void save(chosen, theirs.version);
        }}
        onDiscard={() => take(theirs)}
      />
    );
  }
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <Form
        // Fields keep what they were given first.
        key={template?.version}
        sending={sending}
        onSubmit={() => void save(draft, template?.version)}
        fields={FIELDS}
        className="flex flex-col gap-5"
        label={isNew ? t.newTemplate : draft.title}
      >
        {!isNew && template?.paused && <Paused since={template.paused} resume={draft.resume} onResume={(resume) => change({ resume })} />}
        <Field
          label={t.templateTitle}
          name="title"
          hint={t.templateTitleHint}
          defaultValue={draft.title}
          autoComplete="off"
          onText={(title) => change({ title })}
        />
        <ContentField start={draft.text} names={names} length={content.length} onText={(text) => change({ text })} />
        <Ways draft={draft} onChange={change} />
        {draft.approved && <ProviderFields draft={draft} onChange={change} uses={named(content)} />}
        <Select
          label={t.onUnknown}
          name="onUnknown"
          options={(["hold", "resend"] as const).map((value) => ({ value, label: t.unknowns[value] }))}
          value={draft.onUnknown}
          onText={(value) => change({ onUnknown: value === "resend" ? "resend" : "hold" })}
        />
        <Checkbox label={t.isShared} hint={t.isSharedHint} checked={draft.isShared} onCheck={(isShared) => change({ isShared })} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" busy={sending.busy}>
            {isNew ? t.create : t.save}
          </Button>
          {!isNew && template && <DeleteTemplate template={template} />}
        </div>
      </Form>
      <div className="lg:sticky lg:top-6">
        <TemplatePreview content={content} provider={draft.approved ? { parameters: draft.parameters } : null} />
      </div>
    </div>
  );
}

/** What is wrong with the text in its writer's words; the API would say it in its own. */
function refusal(message: string): Failure {
  return new Failure(422, [{ code: "UnknownVariable", message, field: "content" }], "");
}

function Ways({ draft, onChange }: { draft: Draft; onChange: (change: Partial<Draft>) => void }) {
  const t = useTexts(templates);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-sm font-medium">{t.way}</legend>
      {(["plain", "approved"] as const).map((way) => (
        <label key={way} className="flex items-start gap-3 rounded-lg border border-hairline p-3 has-[:checked]:border-brand has-[:checked]:bg-brand-soft">
          <input
            type="radio"
            name="way"
            aria-label={t.ways[way]}
            aria-describedby={`way-${way}`}
            checked={draft.approved === (way === "approved")}
            onChange={() => onChange({ approved: way === "approved" })}
            className="mt-1 size-5 shrink-0 accent-brand"
          />
          <span>
            <span aria-hidden className="block font-medium">
              {t.ways[way]}
            </span>
            <span id={`way-${way}`} className="block text-sm text-muted">
              {t.wayHints[way]}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

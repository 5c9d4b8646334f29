import { useQueryClient } from "@tanstack/react-query";
import { RotateCcw, TriangleAlert } from "lucide-react";

import { call } from "@/api/client";
import { getTenant, updateTenant, type OrganisationView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { isColour, near } from "@/lib/brand";
import { Button } from "@/ui/Button";
import { Clashes } from "@/ui/Conflict";
import { Field } from "@/ui/Field";
import { Form, useSending } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { toast } from "@/ui/Toast";
import { common } from "@/ui/texts";
import { useVersioned, type Read } from "@/ui/versioned";

import { Corrected } from "./Corrected";
import { LookPreview } from "./LookPreview";
import { SaveBar } from "./SaveBar";
import { Card } from "@/ui/Card";
import { clinics } from "./texts";

interface Values {
  color: string;
  logoUrl: string;
}

const readOf = ({ branding, version }: OrganisationView): Read<Values> => ({
  version,
  values: { color: branding.color ?? "", logoUrl: branding.logoUrl ?? "" },
});

/** What clinics like: hues of water, leaves, stone and evening. */
const COMMON = ["#0f766e", "#1d5fa8", "#3f51b5", "#6d4aa2", "#8a3f6b", "#a0522d", "#5b7a2c", "#44606b"];

interface LookFormProps {
  tenant: OrganisationView;
  mayChange: boolean;
}

export function LookForm({ tenant, mayChange }: LookFormProps) {
  const t = useTexts(clinics);
  const { optional } = useTexts(common);
  const client = useQueryClient();
  const sending = useSending();
  const form = useVersioned<Values>(readOf(tenant), async () => readOf(await call(getTenant, {})));
  const { typed, set } = form;
  const written = typed.color.trim();
  const colour = isColour(written) ? written.toLowerCase() : null;
  const submit = () =>
    sending.submit(async () => {
      const done = await form.save(async (changed, _, version) => {
        const branding = Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, value.trim() || null]));
        const next = await call(updateTenant, { body: { branding }, version });
        client.setQueryData(keys.tenant, next);
        return readOf(next);
      });
      if (done) toast({ text: t.saved });
    });
  const labels = { color: t.color, logoUrl: t.logo };
  if (form.clashes.length > 0) return <Clashes form={form} labels={labels} words={(name, of) => of[name]} busy={sending.busy} onSave={() => void submit()} />;
  return (
    <Form
      sending={sending}
      onSubmit={() => void submit()}
      fields={["branding.color", "branding.logoUrl"]}
      className="flex flex-col gap-4"
      label={t.lookTitle}
    >
      {mayChange && (
        <Card title={t.color}>
          <div className="flex items-start gap-3">
            <input
              type="color"
              aria-label={t.colorPick}
              value={colour ?? "#0f6b63"}
              onChange={(event) => set({ color: event.target.value })}
              className="mt-6.5 h-11 w-14 shrink-0 cursor-pointer rounded-md border border-line bg-surface p-1"
            />
            <Field
              label={t.color}
              name="branding.color"
              className="flex-1"
              dir="ltr"
              hint={written !== "" && colour === null ? t.colorWrong : t.colorHint}
              value={typed.color}
              autoComplete="off"
              spellCheck={false}
              onText={(color) => set({ color })}
            />
          </div>
          <Swatches colour={colour} onColour={(color) => set({ color })} />
          {typed.color !== "" && (
            <Button size="sm" look="quiet" icon={RotateCcw} className="self-start" onClick={() => set({ color: "" })}>
              {t.ownColor}
            </Button>
          )}
          {colour && near(colour).length > 0 && (
            <p className="flex gap-3 rounded-md bg-warn-soft p-3 text-sm">
              <Icon of={TriangleAlert} className="mt-0.5 text-warn" />
              {t.nearStates}
            </p>
          )}
          <Field
            label={t.logo}
            name="branding.logoUrl"
            optional={optional}
            hint={t.logoHint}
            dir="ltr"
            type="url"
            value={typed.logoUrl}
            autoComplete="off"
            onText={(logoUrl) => set({ logoUrl })}
          />
        </Card>
      )}
      {colour && <Corrected colour={colour} />}
      <LookPreview before={form.stands.color || null} after={written === "" ? null : colour} isChanged={form.stands.color !== written.toLowerCase()} />
      {mayChange && <SaveBar isChanged={form.isChanged} busy={sending.busy} onDiscard={form.discard} />}
    </Form>
  );
}

function Swatches({ colour, onColour }: { colour: string | null; onColour: (colour: string) => void }) {
  const t = useTexts(clinics);
  return (
    <div role="group" aria-label={t.suggestions} className="flex flex-wrap gap-2">
      {COMMON.map((one) => (
        <button
          key={one}
          type="button"
          aria-label={one}
          aria-pressed={one === colour}
          onClick={() => onColour(one)}
          style={{ backgroundColor: one }}
          className="size-11 rounded-full border-2 border-surface outline-1 outline-line aria-pressed:outline-3 aria-pressed:outline-focus"
        />
      ))}
    </div>
  );
}

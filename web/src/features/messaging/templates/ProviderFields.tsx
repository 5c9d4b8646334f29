import { ListPlus, Plus, X } from "lucide-react";

import type { ProviderLanguage, VariableName } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { language } from "@/lib/format";
import { Button, IconButton } from "@/ui/Button";
import { LatinField, Select } from "@/ui/Field";
import { useFieldError, Wrong } from "@/ui/form";
import { useRows } from "@/ui/rows";

import { messaging } from "../texts";
import type { Draft } from "./draft";
import { LANGUAGES, MOST_PARAMETERS, VARIABLES } from "./template";
import { templates } from "./texts";

interface ProviderFieldsProps {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  /** What the text names, in its order. */
  uses: VariableName[];
}

/** The approved template at Meta: its name, its language, and what fills its variables. */
export function ProviderFields({ draft, onChange, uses }: ProviderFieldsProps) {
  const t = useTexts(templates);
  return (
    <div className="flex flex-col gap-4 rounded-lg border border-hairline p-4">
      <LatinField
        label={t.providerName}
        name="providerTemplate.name"
        hint={t.providerNameHint}
        autoComplete="off"
        defaultValue={draft.providerName}
        onText={(providerName) => onChange({ providerName })}
      />
      <Select
        label={t.providerLanguage}
        name="providerTemplate.language"
        options={LANGUAGES.map((code) => ({ value: code, label: `${language(code)} · ${code}` }))}
        value={draft.providerLanguage}
        onText={(code) => onChange({ providerLanguage: code as ProviderLanguage })}
      />
      <Parameters chosen={draft.parameters} uses={uses} onChange={(parameters) => onChange({ parameters })} />
    </div>
  );
}

interface ParametersProps {
  chosen: VariableName[];
  uses: VariableName[];
  onChange: (chosen: VariableName[]) => void;
}

function Parameters({ chosen, uses, onChange }: ParametersProps) {
  const t = useTexts(templates);
  const { variables } = useTexts(messaging);
  const error = useFieldError("providerTemplate.parameters");
  const { box, leave } = useRows<HTMLFieldSetElement>();
  const options = VARIABLES.map((value) => ({ value, label: variables[value] }));
  const fits = uses.length === chosen.length && uses.every((name, index) => chosen[index] === name);
  return (
    <fieldset ref={box} className="flex flex-col gap-2">
      <legend className="text-sm font-medium">{t.parameters}</legend>
      {error && <Wrong>{error}</Wrong>}
      <p className="text-sm text-muted">{chosen.length === 0 ? t.noParameters : t.parametersHint}</p>
      {chosen.map((name, index) => (
        // What stands at a place is that place's.
        <div key={index} className="flex items-end gap-1">
          <Select
            label={t.parameterOf(index + 1)}
            name={`providerTemplate.parameters[${index}]`}
            className="flex-1"
            options={options}
            value={name}
            onText={(value) => onChange(chosen.with(index, value as VariableName))}
          />
          <IconButton
            icon={X}
            label={t.removeParameter(index + 1)}
            data-remove
            onClick={(event) => {
              leave(event.currentTarget);
              onChange(chosen.toSpliced(index, 1));
            }}
          />
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        {chosen.length < MOST_PARAMETERS && (
          <Button size="sm" icon={Plus} data-add onClick={() => onChange([...chosen, uses.find((name) => !chosen.includes(name)) ?? "patientName"])}>
            {t.addParameter}
          </Button>
        )}
        {uses.length > 0 && !fits && (
          <Button size="sm" icon={ListPlus} onClick={() => onChange(uses)}>
            {t.fillParameters}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

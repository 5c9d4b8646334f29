import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { FilterX } from "lucide-react";

import { useCan } from "@/app/me";
import { peopleQuery } from "@/app/people";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Field, Select } from "@/ui/Field";

import type { Filter } from "./queries";
import { audit } from "./texts";
import { actionsOf, kindsOf } from "./words";

interface FiltersProps {
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

/** Ids have a body behind their prefix; kinds are words. */
const isId = (about: string | undefined) => about !== undefined && /^[a-z]+_\w{20,}$|^\d+$/.test(about);

/** Who, what, to what, and when: each choice counts at once. */
export function Filters({ filter, onFilter }: FiltersProps) {
  const t = useTexts(audit);
  const can = useCan();
  const people = useQuery({ ...peopleQuery, enabled: can("members:read") });
  const put = (change: Filter) => onFilter({ ...filter, ...change });
  const known = people.data ?? [];
  const other = filter.who && !known.some(({ id }) => id === filter.who) ? [{ value: filter.who, label: filter.who }] : [];
  const thing = isId(filter.about) ? filter.about : undefined;
  const kinds = kindsOf(t).map((value) => ({ value, label: t.kinds[value as keyof typeof t.kinds] }));
  const kind = thing ? "" : (filter.about ?? "");
  const isFiltered = Object.values(filter).some(Boolean);
  // On a phone they would take the place of what they filter.
  const [open] = useState(() => isFiltered || matchMedia("(min-width: 40rem)").matches);
  return (
    <details open={open} className="rounded-xl border border-hairline bg-surface">
      <summary className="min-h-11 cursor-pointer px-4 py-2.5 text-sm font-medium">{t.filters}</summary>
      <section aria-label={t.filters} className="grid gap-3 p-4 pt-1 sm:grid-cols-2 lg:grid-cols-3">
        <Select
          label={t.who}
          name="who"
          value={filter.who ?? ""}
          options={[{ value: "", label: t.anybody }, ...known.map(({ id, fullName }) => ({ value: id, label: fullName })), ...other]}
          onText={(who) => put({ who })}
        />
        <Select
          label={t.what}
          name="what"
          value={filter.what ?? ""}
          options={[{ value: "", label: t.anything }, ...actionsOf(t)]}
          onText={(what) => put({ what })}
        />
        <Select
          label={t.kind}
          name="kind"
          value={kind}
          options={[{ value: "", label: t.anyKind }, ...kinds]}
          onText={(about) => put({ about })}
        />
        <Field label={t.from} name="from" type="date" value={filter.from ?? ""} max={filter.to} onText={(from) => put({ from })} />
        <Field label={t.to} name="to" type="date" value={filter.to ?? ""} min={filter.from} onText={(to) => put({ to })} />
        <Thing key={thing ?? ""} thing={thing ?? ""} onThing={(about) => put({ about })} />
        {isFiltered && (
          <Button size="sm" look="quiet" icon={FilterX} className="self-start justify-self-start" onClick={() => onFilter({})}>
            {t.clear}
          </Button>
        )}
      </section>
    </details>
  );
}

/** Typed or pasted, and asked for once it is whole: at Enter, or when the field is left. */
function Thing({ thing, onThing }: { thing: string; onThing: (thing: string) => void }) {
  const t = useTexts(audit);
  const [typed, setTyped] = useState(thing);
  const ask = () => {
    const plain = typed.trim().toLowerCase();
    if (plain !== thing) onThing(plain);
  };
  return (
    <Field
      label={t.thing}
      name="thing"
      hint={t.thingHint}
      dir="ltr"
      autoComplete="off"
      spellCheck={false}
      value={typed}
      onText={setTyped}
      onBlur={ask}
      onKeyDown={(event) => event.key === "Enter" && ask()}
    />
  );
}

import { useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { FilterX } from "lucide-react";

import { useCan } from "@/app/me";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Field, Select } from "@/ui/Field";

import { peopleQuery, type Filter } from "./queries";
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
  return (
    <section aria-label={t.filters} className="grid gap-3 rounded-xl border border-hairline bg-surface p-4 sm:grid-cols-2 lg:grid-cols-3">
      <Select
        label={t.who}
        name="who"
        value={filter.who ?? ""}
        options={[{ value: "", label: t.anybody }, ...known.map(({ id, name }) => ({ value: id, label: name })), ...other]}
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
      {Object.values(filter).some(Boolean) && (
        <Button size="sm" look="quiet" icon={FilterX} className="self-start justify-self-start" onClick={() => onFilter({})}>
          {t.clear}
        </Button>
      )}
    </section>
  );
}

/** Typed letter by letter, but asked once it is whole. */
function Thing({ thing, onThing }: { thing: string; onThing: (thing: string) => void }) {
  const t = useTexts(audit);
  const [typed, setTyped] = useState(thing);
  const plain = typed.trim().toLowerCase();
  const whole = plain !== thing && (plain === "" || isId(plain));
  useEffect(() => {
    if (whole) onThing(plain);
    // Only what is typed asks.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [plain]);
  return (
    <Field label={t.thing} name="thing" hint={t.thingHint} dir="ltr" autoComplete="off" spellCheck={false} value={typed} onText={setTyped} />
  );
}

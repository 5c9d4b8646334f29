import { lazy, Suspense, useEffect, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { ChevronsUpDown } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { chooseClinic, chosenClinic, onClinicChosen } from "@/session/clinic";
import { Icon } from "@/ui/Icon";
import { Bdi } from "@/ui/Text";

import { clinicsQuery } from "./clinics";
import { useMe } from "./me";
import { app } from "./texts";
import { useWhere } from "./where";

const loading = () => import("./WhereDialog");
const WhereDialog = lazy(loading);

/** The organisation's name and the clinic's, and a way to others where there are any. */
export function WhereButton() {
  const t = useTexts(app);
  const me = useMe();
  const where = useWhere();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const { missing } = where;
  useEffect(() => {
    if (missing === undefined) return;
    const letGo = async () => {
      // Another tab may have added it a moment ago: the choice is all tabs', and this one's list is older.
      const clinics = await client.fetchQuery({ ...clinicsQuery, staleTime: 0 });
      if (chosenClinic() !== missing || clinics.some(({ id }) => id === missing)) return;
      // Whose queues cannot be shown keeps nobody from seeing the others.
      chooseClinic(undefined);
      void client.invalidateQueries();
    };
    void letGo().catch(() => undefined);
  }, [missing, client]);
  useEffect(() => onClinicChosen(() => void client.invalidateQueries()), [client]);
  const name = (
    <>
      <Bdi className="block truncate text-sm text-muted">{me.tenant.name}</Bdi>
      {where.clinic && <Bdi className="block truncate text-sm font-medium">{where.clinic.name}</Bdi>}
    </>
  );
  if (!where.several) return <div className="min-w-0 px-2">{name}</div>;
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        onPointerEnter={() => void loading()}
        onFocus={() => void loading()}
        className="flex min-h-11 w-full items-center gap-2 rounded-md px-2 text-start transition-colors hover:bg-raised"
      >
        <span className="min-w-0 flex-1">{name}</span>
        <span className="sr-only">{t.where}</span>
        <Icon of={ChevronsUpDown} className="size-4 text-muted" />
      </button>
      {open && (
        <Suspense>
          <WhereDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

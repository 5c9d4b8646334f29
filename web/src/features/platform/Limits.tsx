import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/client";
import { faultOf } from "@/api/failure";
import { setLimits, type CustomerDetailView, type PlanView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { digitsOf } from "@/lib/digits";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { DigitsField } from "@/ui/Field";
import { Form, useDraft, useSending } from "@/ui/form";
import { toast } from "@/ui/Toast";

import { platform } from "./texts";

interface Typed {
  members: string;
  clinics: string;
}

const typedOf = (limits: PlanView): Typed => ({ members: limits.members?.toString() ?? "", clinics: limits.clinics?.toString() ?? "" });

/** A field that is empty is no limit; anything else goes to the API, which says what it takes. */
const limitOf = (text: string) => (text.trim() === "" ? null : Number(digitsOf(text)));

/** What the plan allows. Whoever is there already stays. */
export function Limits({ tenant }: { tenant: CustomerDetailView }) {
  const t = useTexts(platform);
  const client = useQueryClient();
  const sending = useSending();
  const draft = useDraft<Typed>(`limits ${tenant.id}`, typedOf(tenant.limits));
  const [version, setVersion] = useState(tenant.version);
  const [stale, setStale] = useState(false);
  const { typed, set } = draft;
  const save = (over: number) =>
    sending.submit(async () => {
      setStale(false);
      try {
        const body = { members: limitOf(typed.members), clinics: limitOf(typed.clinics) };
        const view = await call(setLimits, { path: { tenantId: tenant.id }, body, version: over });
        setVersion(view.version);
        draft.drop();
        toast({ text: t.limitsSaved });
        void client.invalidateQueries({ queryKey: keys.anyCustomer });
      } catch (error) {
        if (!faultOf(setLimits, error, "StaleVersion")) throw error;
        await client.refetchQueries({ queryKey: keys.customer(tenant.id) });
        setStale(true);
      }
    });
  const overMembers = limitOf(typed.members) ?? Infinity;
  const overClinics = limitOf(typed.clinics) ?? Infinity;
  const below = overMembers < tenant.counts.members || overClinics < tenant.counts.clinics;
  return (
    <Card title={t.limits} intro={t.limitsIntro}>
      <Form sending={sending} onSubmit={() => void save(version)} fields={["members", "clinics"]} className="flex flex-col gap-4" label={t.limits}>
        {stale && (
          <div role="alert" tabIndex={-1} className="flex flex-col gap-2 rounded-md border border-warn bg-warn-soft p-3 text-sm">
            <p className="font-medium text-warn">{t.limitsStand(shown(tenant.limits.members, t.noLimit), shown(tenant.limits.clinics, t.noLimit))}</p>
            <div className="flex flex-wrap gap-2">
              <Button size="sm" onClick={() => void save(tenant.version)}>
                {t.saveMine}
              </Button>
              <Button
                size="sm"
                look="quiet"
                onClick={() => {
                  set(typedOf(tenant.limits));
                  setVersion(tenant.version);
                  setStale(false);
                }}
              >
                {t.takeTheirs}
              </Button>
            </div>
          </div>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <DigitsField label={t.maxMembers} name="members" hint={t.emptyNoLimit} value={typed.members} onText={(members) => set({ members })} />
          <DigitsField label={t.maxClinics} name="clinics" hint={t.emptyNoLimit} value={typed.clinics} onText={(clinics) => set({ clinics })} />
        </div>
        {below && <p className="text-sm text-warn">{t.limitsBelow}</p>}
        <Button type="submit" look="primary" busy={sending.busy} className="self-start">
          {t.save}
        </Button>
      </Form>
    </Card>
  );
}

const shown = (limit: number | null, none: string) => (limit === null ? none : String(limit));

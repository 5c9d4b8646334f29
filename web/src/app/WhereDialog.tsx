import { useEffect, useRef, useState, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";

import type { SessionView } from "@/api/generated";
import { keys } from "@/api/keys";
import { SwitchCode } from "@/features/identity/CodeForm";
import { identity } from "@/features/identity/texts";
import { useSwitch } from "@/features/identity/useSwitch";
import { useTexts } from "@/i18n/texts";
import { chooseClinic, useChosenClinic } from "@/session/clinic";
import { session } from "@/session/session";
import Dialog from "@/ui/Dialog";
import { Skeleton } from "@/ui/Empty";
import { Problem } from "@/ui/form";
import { Icon } from "@/ui/Icon";
import { Bdi, Ltr } from "@/ui/Text";

import { useMe } from "./me";
import { app } from "./texts";
import { useWhere } from "./where";

/** Chooses the organisation and the clinic to work in. */
export default function WhereDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(app);
  const [ready, setReady] = useState(identity.loaded);
  useEffect(() => {
    void identity.load().then(() => setReady(true));
  }, []);
  return (
    <Dialog title={t.where} onClose={onClose}>
      {ready ? <Places onClose={onClose} /> : <Skeleton className="h-40" />}
    </Dialog>
  );
}

function Places({ onClose }: { onClose: () => void }) {
  const t = useTexts(app);
  const me = useMe();
  const { tenants, clinics } = useWhere();
  const client = useQueryClient();
  const wanted = useRef<string>(undefined);
  const switching = useSwitch((view: SessionView) => {
    session.enter(view);
    // Of another organisation it is another clinic; with another role others are theirs.
    if (view.tenant.id === me.tenant.id) {
      void client.resetQueries({ queryKey: keys.clinics });
      chooseClinic(wanted.current);
    }
    onClose();
  });
  const here = tenants.find(({ current }) => current);
  const roles = here?.clinicRoles ?? [];
  const chosen = useChosenClinic();
  const choose = async (clinicId: string | undefined) => {
    // A clinic in which they have a role of its own gives them that one, and so does the way back.
    if (roles.length > 0) {
      wanted.current = clinicId;
      const own = roles.some((role) => role.clinicId === clinicId);
      await switching.go({ tenantId: me.tenant.id, clinicId: own && clinicId ? clinicId : null });
    } else {
      chooseClinic(clinicId);
      onClose();
    }
    await client.invalidateQueries();
  };
  if (switching.asked !== undefined) return <SwitchCode of={switching} as="h3" />;
  const covered = clinics.filter(({ id }) => !roles.some(({ clinicId }) => clinicId === id));
  const { error, busy } = switching.sending;
  return (
    <div className="flex flex-col gap-6" aria-busy={busy}>
      {error !== undefined && <Problem error={error} />}
      {(covered.length > 1 || roles.length > 0) && (
        <Group title={t.clinic}>
          <Choice chosen={chosen === undefined} onChoose={() => void choose(undefined)}>
            {t.allClinics}
          </Choice>
          {covered.map(({ id, name }) => (
            <Choice key={id} chosen={chosen === id} onChoose={() => void choose(id)}>
              <Bdi>{name}</Bdi>
            </Choice>
          ))}
          {roles.map(({ clinicId, clinicName }) => (
            <Choice key={clinicId} chosen={chosen === clinicId} onChoose={() => void choose(clinicId)} more={t.ownRoleThere}>
              <Bdi>{clinicName}</Bdi>
            </Choice>
          ))}
        </Group>
      )}
      {tenants.length > 1 && (
        <Group title={t.organisation}>
          {tenants.map((one) => (
            <Choice
              key={one.tenantId}
              chosen={one.current}
              off={one.suspended}
              onChoose={() => (one.current ? onClose() : void switching.go({ tenantId: one.tenantId }))}
              more={one.suspended ? t.suspended : <Ltr>{one.slug}</Ltr>}
            >
              <Bdi>{one.name}</Bdi>
            </Choice>
          ))}
        </Group>
      )}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-medium text-muted">{title}</h3>
      <ul className="flex flex-col gap-1">{children}</ul>
    </section>
  );
}

interface ChoiceProps {
  chosen: boolean;
  off?: boolean;
  onChoose: () => void;
  more?: ReactNode;
  children: ReactNode;
}

function Choice({ chosen, off, onChoose, more, children }: ChoiceProps) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        aria-disabled={off || undefined}
        onClick={() => !off && onChoose()}
        className="flex min-h-12 w-full items-center gap-3 rounded-md px-3 text-start transition-colors hover:bg-raised aria-disabled:opacity-55 aria-pressed:bg-brand-soft aria-pressed:text-brand-ink"
      >
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{children}</span>
          {more && <span className="block text-sm text-muted">{more}</span>}
        </span>
        {chosen && <Icon of={Check} />}
      </button>
    </li>
  );
}

import { lazy, Suspense, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { KeyRound, ShieldOff, UserCheck, UserX, type LucideIcon } from "lucide-react";

import { useProblem } from "@/app/problem";
import { call } from "@/api/client";
import { deactivateUser, removeUserSecondFactor, resetUserPassword, updateUser, type MemberView } from "@/api/generated";
import { keys } from "@/api/keys";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { toast } from "@/ui/Toast";

import { members } from "./texts";

const Confirm = lazy(() => import("./Confirm"));
const Temporary = lazy(async () => ({ default: (await import("./NewMember")).Temporary }));

type Action = "resetPassword" | "removeFactor" | "deactivate";

/** How somebody gets in, and whether they do. */
export function Access({ of: member }: { of: MemberView }) {
  const t = useTexts(members);
  const client = useQueryClient();
  const { onError } = useProblem();
  const [asking, setAsking] = useState<Action>();
  const [told, setTold] = useState<MemberView>();
  const [returning, setReturning] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: keys.members });
  const input = { path: { userId: member.id }, version: member.version };
  const works: Record<Action, () => Promise<void>> = {
    resetPassword: async () => setTold(await call(resetUserPassword, input)),
    removeFactor: async () => {
      await call(removeUserSecondFactor, input);
      toast({ text: t.factorRemoved });
    },
    deactivate: async () => {
      await call(deactivateUser, input);
      toast({ text: t.deactivated, undo: { label: t.undoDeactivate(member.fullName), run: () => void bringBack() } });
    },
  };
  const work = async (action: Action) => {
    try {
      await works[action]();
      setAsking(undefined);
    } finally {
      // Whatever was in the way: what is shown is how it stands by now.
      await refresh();
    }
  };
  const bringBack = async () => {
    setReturning(true);
    try {
      const saved = await call(updateUser, { path: input.path, body: { active: true } });
      client.setQueryData(keys.member(member.id), saved);
      toast({ text: t.reactivated });
    } catch (error) {
      onError(error);
    } finally {
      setReturning(false);
      await refresh();
    }
  };
  const texts = { resetPassword: t.resetPasswordText, removeFactor: t.removeFactorText, deactivate: t.deactivateText };
  return (
    <Card title={t.access}>
      <ul className="flex flex-col divide-y divide-hairline">
        {member.active ? (
          <>
            <Row icon={KeyRound} label={t.resetPassword} hint={t.resetPasswordHint} onPress={() => setAsking("resetPassword")} />
            <Row icon={ShieldOff} label={t.removeFactor} hint={t.removeFactorHint} onPress={() => setAsking("removeFactor")} />
            <Row icon={UserX} label={t.deactivate} hint={t.deactivateHint} onPress={() => setAsking("deactivate")} />
          </>
        ) : (
          <Row icon={UserCheck} label={t.reactivate} hint={t.reactivateHint} busy={returning} onPress={() => void bringBack()} />
        )}
      </ul>
      <Suspense>
        {asking && (
          <Confirm
            title={t[asking]}
            text={texts[asking](member.fullName)}
            action={t[asking]}
            danger
            work={() => work(asking)}
            onClose={() => setAsking(undefined)}
          />
        )}
        {told && <Temporary member={told} title={t.resetPassword} onClose={() => setTold(undefined)} />}
      </Suspense>
    </Card>
  );
}

interface RowProps {
  icon: LucideIcon;
  label: string;
  hint: string;
  busy?: boolean;
  onPress: () => void;
}

function Row({ icon, label, hint, busy, onPress }: RowProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <p className="min-w-56 flex-1 text-sm text-muted">{hint}</p>
      <Button icon={icon} size="sm" busy={busy ?? false} onClick={onPress}>
        {label}
      </Button>
    </li>
  );
}

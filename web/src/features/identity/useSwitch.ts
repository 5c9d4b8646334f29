import { useState } from "react";

import { call } from "@/api/client";
import { faultOf } from "@/api/failure";
import { switch_, type ClinicId, type SessionView, type TenantId } from "@/api/generated";
import { rememberSignIn } from "@/session/session";
import { useSending, type Sending } from "@/ui/form";

interface Target {
  tenantId: TenantId;
  clinicId?: ClinicId | null;
}

export interface Switching {
  sending: Sending;
  /** What the API says of a code that it asks for first. */
  asked: string | undefined;
  go: (target: Target, code?: string) => Promise<void>;
  /** Once more to the same place, with a code or to be sent another one. */
  again: (code?: string) => Promise<void>;
  back: () => void;
}

/** Goes on working in another organisation, or in another clinic of the same one. */
export function useSwitch(onEntered: (view: SessionView) => void): Switching {
  const sending = useSending();
  const [asked, setAsked] = useState<string>();
  const [target, setTarget] = useState<Target>();
  const go = (wanted: Target, code?: string) => {
    setTarget(wanted);
    return sending.submit(async () => {
      try {
        const view = await call(switch_, { body: { ...wanted, ...(code !== undefined && { code }) } });
        rememberSignIn({ clinic: view.tenant.slug, username: view.user.username });
        onEntered(view);
      } catch (error) {
        const needed = faultOf(switch_, error, "SecondFactorNeeded");
        if (!needed) throw error;
        setAsked(needed.message);
      }
    });
  };
  return {
    sending,
    asked,
    go,
    again: async (code) => {
      if (target) await go(target, code);
    },
    back: () => {
      sending.clear();
      setAsked(undefined);
    },
  };
}

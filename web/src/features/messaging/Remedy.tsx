import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Contact, MessageSquareText, Smartphone, type LucideIcon } from "lucide-react";

import { useCan } from "@/app/me";
import { useProblem } from "@/app/problem";
import type { Permission, Reason } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button, buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/Icon";

import { patientPage, WHATSAPP } from "./places";
import { messageQuery } from "./queries";
import { messaging } from "./texts";

type Cure = "patient" | "template" | "whatsapp";

/** Where the cause of each failure is mended; what is not here is mended by time, or not at all. A text without an approved
 * template of its own goes in the one that is set with the connection. */
const CURES: Partial<Record<Reason, Cure[]>> = {
  NotReachable: ["patient"],
  OptedOut: ["patient"],
  OutcomeUnknown: ["patient"],
  TextInvalid: ["patient", "template"],
  WindowClosed: ["whatsapp", "template"],
  Rejected: ["template"],
  TemplatePaused: ["template", "whatsapp"],
  AccountStopped: ["whatsapp"],
  NotConnected: ["whatsapp"],
};

const NEEDS: Record<Cure, Permission> = {
  patient: "patients:read",
  template: "templates:read",
  whatsapp: "settings:manage",
};

interface RemedyProps {
  reason: Reason;
  patientId: string;
  messageId: string;
  /** If it is known; else the message is asked. */
  templateId?: string;
}

/** Leads to where the cause can be mended, whoever may go there. */
export function Remedy({ reason, patientId, messageId, templateId }: RemedyProps) {
  const t = useTexts(messaging);
  const can = useCan();
  const cures = (CURES[reason] ?? []).filter((cure) => can(NEEDS[cure]));
  const place = (to: string, icon: LucideIcon, label: string) => (
    <Link key={to} to={to} className={buttonClass("plain", "sm")}>
      <Icon of={icon} className="size-4" />
      {label}
    </Link>
  );
  return cures.map((cure) =>
    cure === "template" ? (
      <ToTemplate key={cure} messageId={messageId} templateId={templateId} />
    ) : cure === "patient" ? (
      place(patientPage(patientId), Contact, t.openPatient)
    ) : (
      place(WHATSAPP, Smartphone, t.openWhatsapp)
    ),
  );
}

function ToTemplate({ messageId, templateId }: { messageId: string; templateId: string | undefined }) {
  const t = useTexts(messaging);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { onError } = useProblem();
  const go = useMutation({
    mutationFn: async () => {
      const id = templateId ?? (await client.fetchQuery(messageQuery(messageId))).templateId;
      await navigate({ to: "/templates/$templateId", params: { templateId: id } });
    },
    onError,
  });
  return (
    <Button size="sm" icon={MessageSquareText} busy={go.isPending} onClick={() => go.mutate()}>
      {t.openTemplate}
    </Button>
  );
}

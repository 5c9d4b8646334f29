import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Contact, MessageSquareText, Smartphone } from "lucide-react";

import { useCan } from "@/app/me";
import { useProblem } from "@/app/problem";
import type { Permission, Reason } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Button, buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/Icon";

import { patientPage, WHATSAPP } from "./places";
import { messageQuery } from "./queries";
import { messaging } from "./texts";

/** Where the cause of each failure is mended; what is not here is mended by time, or not at all. */
const CURES: Partial<Record<Reason, "patient" | "template" | "whatsapp">> = {
  NotReachable: "patient",
  OptedOut: "patient",
  OutcomeUnknown: "patient",
  WindowClosed: "template",
  Rejected: "template",
  TemplatePaused: "template",
  TextInvalid: "template",
  AccountStopped: "whatsapp",
  NotConnected: "whatsapp",
};

const NEEDS: Record<"patient" | "template" | "whatsapp", Permission> = {
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
  const cure = CURES[reason];
  if (!cure || !can(NEEDS[cure])) return null;
  if (cure === "template") return <ToTemplate messageId={messageId} templateId={templateId} />;
  const [to, icon, label] = cure === "patient" ? [patientPage(patientId), Contact, t.openPatient] as const : [WHATSAPP, Smartphone, t.openWhatsapp] as const;
  return (
    <Link to={to} className={buttonClass("plain", "sm")}>
      <Icon of={icon} className="size-4" />
      {label}
    </Link>
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

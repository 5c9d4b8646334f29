import { useState } from "react";

import type { PreviewMessage } from "@/api/generated";
import { useTexts } from "@/i18n/texts";
import { Field } from "@/ui/Field";
import { Badge } from "@/ui/Status";
import { Bdi, Phone } from "@/ui/Text";
import { VirtualList } from "@/ui/VirtualList";

import { found } from "./find";
import { messaging } from "./texts";

/** From so many on they are searched, and drawn as they come in sight. */
const MANY = 12;

const idOf = ({ id }: PreviewMessage) => id;

/** Each recipient's own text, as the phone will show it. */
export function Recipients({ messages }: { messages: PreviewMessage[] }) {
  const t = useTexts(messaging);
  const [typed, setTyped] = useState("");
  if (messages.length <= MANY) {
    return (
      <ul className="flex flex-col gap-2">
        {messages.map((message) => (
          <li key={message.id}>
            <Recipient message={message} />
          </li>
        ))}
      </ul>
    );
  }
  const shown = found(messages, typed);
  return (
    <>
      <Field label={t.findRecipient} name="recipient" type="search" autoComplete="off" onText={setTyped} />
      <p role="status" className={shown.length === 0 ? "text-sm text-muted" : "sr-only"}>
        {shown.length === 0 ? t.noRecipient : t.willGet(shown.length)}
      </p>
      {shown.length > 0 && (
        <VirtualList label={t.recipientsLabel} items={shown} idOf={idOf} height={112} className="h-[45dvh]">
          {(message) => <Recipient message={message} />}
        </VirtualList>
      )}
    </>
  );
}

function Recipient({ message }: { message: PreviewMessage }) {
  const t = useTexts(messaging);
  return (
    <div className="rounded-lg border border-hairline p-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <Bdi className="font-medium">{message.fullName}</Bdi>
        <Phone of={message.phoneNumber} className="text-muted" />
        <Badge tone="idle">{message.form === "template" ? t.asTemplate : t.asText}</Badge>
        {message.warnings?.includes("NotMobile") && <Badge tone="warn">{t.notMobile}</Badge>}
      </p>
      <p dir="auto" className="mt-2 rounded-lg bg-brand-soft px-3 py-2 text-sm whitespace-pre-wrap text-text">
        {message.text}
      </p>
    </div>
  );
}

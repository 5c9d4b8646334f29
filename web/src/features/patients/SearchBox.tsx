import { useEffect, useEffectEvent, useRef, useState, type RefObject } from "react";

import { useTexts } from "@/i18n/texts";
import { Field } from "@/ui/Field";
import { useSettled } from "@/ui/settled";

import { patients } from "./texts";

interface SearchBoxProps {
  /** What the address asks for. */
  asked: string;
  input: RefObject<HTMLInputElement | null>;
  onAsk: (text: string) => void;
  onDown: () => void;
  onEnter: () => void;
}

/** One box for whatever is at hand: a name, a phone, a file number, a national id. */
export function SearchBox({ asked, input, onAsk, onDown, onEnter }: SearchBoxProps) {
  const t = useTexts(patients);
  const [typed, setTyped] = useState(asked);
  const settled = useSettled(typed.trim());
  const sent = useRef(asked);
  const ask = (text: string) => {
    if (text === sent.current) return;
    sent.current = text;
    onAsk(text);
  };
  const rest = useEffectEvent(ask);
  useEffect(() => rest(settled), [settled]);
  useEffect(() => {
    // The address changed by itself: somebody went back, or to this page anew.
    if (asked === sent.current) return;
    sent.current = asked;
    setTyped(asked);
  }, [asked]);
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const text = typed.trim();
          if (text !== sent.current) ask(text);
          else if (text === asked) onEnter();
        }}
      >
        <Field
          ref={input}
          type="search"
          label={t.search}
          name="q"
          hint={t.searchHint}
          value={typed}
          dir="auto"
          autoComplete="off"
          enterKeyHint="search"
          autoFocus={window.matchMedia("(pointer: fine)").matches}
          onText={setTyped}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            onDown();
          }}
        />
      </form>
    </search>
  );
}

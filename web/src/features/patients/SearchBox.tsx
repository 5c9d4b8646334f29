import type { RefObject } from "react";

import { useTexts } from "@/i18n/texts";
import { Field } from "@/ui/Field";
import { useSearchText } from "@/ui/settled";

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
  const { typed, setTyped, ask } = useSearchText(asked, onAsk);
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === asked) onEnter();
          else ask();
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

import { createContext, use, useEffect, useId, useRef, useState, type ReactNode, type SubmitEvent } from "react";
import { TriangleAlert } from "lucide-react";

import { Failure, NoAnswer, SignedOut, type Fault } from "@/api/failure";
import { Keys } from "@/api/key";
import { useTexts } from "@/i18n/texts";
import { draftKey, dropDraft, keepDraft, readDraft } from "@/session/drafts";

import { Icon } from "./Icon";
import { common } from "./texts";

type Errors = Record<string, string>;

const FieldErrors = createContext<Errors>({});

export function useFieldError(name: string): string | undefined {
  return use(FieldErrors)[name];
}

/** What a form that is sent goes through. */
export interface Sending {
  busy: boolean;
  error: unknown;
  /** Sends what was typed; what went wrong is kept, and so is the form. */
  submit: (work: (key: (body: unknown) => string) => Promise<void>) => Promise<void>;
  /** Forgets what went wrong. */
  clear: () => void;
}

/** One key per form and content, one request at a time. */
export function useSending(): Sending {
  const keys = useRef<Keys>(null);
  const running = useRef(false);
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: undefined });
  return {
    ...state,
    clear: () => setState({ busy: false, error: undefined }),
    submit: async (work) => {
      if (running.current) return;
      running.current = true;
      keys.current ??= new Keys();
      const all = keys.current;
      setState({ busy: true, error: undefined });
      try {
        await work((body) => all.for(body));
        all.done();
        setState({ busy: false, error: undefined });
      } catch (error) {
        setState({ busy: false, error: error instanceof SignedOut ? undefined : error });
      } finally {
        running.current = false;
      }
    },
  };
}

export interface Draft<T extends object> {
  typed: T;
  set: (change: Partial<T>) => void;
  /** Whether it was begun before this form was opened. */
  restored: boolean;
  /** It was sent, or is not wanted any more. */
  drop: () => void;
}

/** What is typed in a form, kept until it is sent: neither a reload nor a session that ends takes it away. Never for passwords. */
export function useDraft<T extends object>(form: string, initial: T): Draft<T> {
  const [key] = useState(() => draftKey(form));
  const [found] = useState(() => readDraft<T>(key));
  const [typed, setTyped] = useState<T>({ ...initial, ...found });
  const now = useRef(typed);
  return {
    typed,
    restored: found !== undefined,
    set: (change) => {
      now.current = { ...now.current, ...change };
      setTyped(now.current);
      keepDraft(key, now.current);
    },
    drop: () => dropDraft(key),
  };
}

interface FormProps {
  sending: Sending;
  onSubmit: () => void;
  /** The fields that are shown: what is wrong with any other thing is said above them. */
  fields: string[];
  children: ReactNode;
  className?: string;
  label?: string;
}

/** A form: the API's errors stand at their fields, the rest above, and the focus goes to the first of them. */
export function Form({ sending, onSubmit, fields, children, className, label }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  // What was mended since is not wrong any more, as far as anybody knows.
  const [mended, setMended] = useState<{ since: unknown; names: string[] }>({ since: undefined, names: [] });
  const touched = mended.since === sending.error ? mended.names : [];
  const faults = sending.error instanceof Failure ? sending.error.faults : [];
  const errors: Errors = {};
  const rest: Fault[] = [];
  for (const fault of faults) {
    const name = fields.find((field) => field === fault.field);
    if (!name) rest.push(fault);
    else if (!touched.includes(name)) errors[name] ??= fault.message;
  }
  useEffect(() => {
    if (sending.error === undefined) return;
    const first = form.current?.querySelector<HTMLElement>("[aria-invalid], [role=alert]");
    first?.focus();
  }, [sending.error]);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (!sending.busy) onSubmit();
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={send}
      onInput={(event) => {
        const { name } = event.target as HTMLInputElement;
        if (errors[name]) setMended({ since: sending.error, names: [...touched, name] });
      }}
      className={className}
      aria-label={label}
    >
      <FieldErrors value={errors}>
        {sending.error !== undefined && (rest.length > 0 || faults.length === 0) && (
          <Problem error={sending.error} faults={rest} />
        )}
        {children}
      </FieldErrors>
    </form>
  );
}

/** What is wrong with something that is more than one field. */
export function Wrong({ children }: { children: ReactNode }) {
  return (
    <p role="alert" tabIndex={-1} className="text-sm text-bad outline-none">
      {children}
    </p>
  );
}

/** What went wrong, in words, with what support asks for. */
export function Problem({ error, faults, children }: { error: unknown; faults?: Fault[]; children?: ReactNode }) {
  const t = useTexts(common);
  const id = useId();
  const failure = error instanceof Failure ? error : undefined;
  const said = (faults ?? failure?.faults ?? []).map((fault) => fault.message);
  const lines = said.length > 0 ? said : [error instanceof NoAnswer ? t.noAnswer : t.somethingWrong];
  return (
    <div
      role="alert"
      tabIndex={-1}
      aria-labelledby={id}
      className="flex gap-3 rounded-md border border-bad bg-bad-soft p-3 text-sm"
    >
      <Icon of={TriangleAlert} className="mt-0.5 text-bad" />
      <div className="flex min-w-0 flex-col gap-1">
        <div id={id}>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
        {failure && failure.status >= 500 && failure.traceId && (
          <p className="text-muted">
            {t.traceId} <bdi dir="ltr">{failure.traceId}</bdi>
          </p>
        )}
        {children}
      </div>
    </div>
  );
}

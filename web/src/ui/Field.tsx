import { useId, useRef, type ComponentProps, type ReactNode } from "react";
import { ChevronDown } from "lucide-react";

import { folded } from "@/lib/digits";

import { cx } from "./cx";
import { useFieldError } from "./form";
import { Icon } from "./Icon";

interface Around {
  label: string;
  /** Also the field's name in the body, by which the API's errors find it. */
  name: string;
  /** What helps before something is wrong. */
  hint?: ReactNode;
  /** Shown beside the label of what may be left out. */
  optional?: string;
  /** Where the place says it to who sees: the label is for the others. */
  hideLabel?: boolean;
  className?: string;
}

type Own = "name" | "className" | "onChange";

export interface FieldProps extends Around, Omit<ComponentProps<"input">, Own> {
  onText?: (text: string) => void;
}

/** The label above, the hint and what is wrong below, tied to the control for whoever does not see them. */
function Labelled(props: Around & { children: (tied: Tied) => ReactNode }) {
  const { label, name, hint, optional, hideLabel, className, children } = props;
  const id = useId();
  const error = useFieldError(name);
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className={cx("flex flex-col gap-1", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-sm font-medium"}>
        {label}
        {optional && <span className="ms-1.5 font-normal text-muted">{optional}</span>}
      </label>
      {children({ id, name, "aria-invalid": error ? true : undefined, "aria-describedby": described || undefined })}
      {error && (
        <p id={`${id}-error`} className="text-sm text-bad">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

interface Tied {
  id: string;
  name: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
}

const CONTROL = "control w-full aria-invalid:border-bad aria-invalid:outline-bad rtl:[&[dir=ltr]]:text-end";

export function Field({ label, name, hint, optional, hideLabel = false, className, onText, ...rest }: FieldProps) {
  return (
    <Labelled label={label} name={name} hint={hint} optional={optional ?? ""} hideLabel={hideLabel} className={className ?? ""}>
      {(tied) => <input {...tied} {...rest} className={CONTROL} onChange={(event) => onText?.(event.target.value)} />}
    </Labelled>
  );
}

/** What is written in Latin letters, and corrected by no keyboard: user names, addresses, codes. */
export function LatinField(props: FieldProps) {
  return <Field dir="ltr" autoCapitalize="none" spellCheck={false} {...props} />;
}

/** Digits as any keyboard writes them, kept as 0 to 9: codes, counts, numbers. Read left to right. */
export function DigitsField({ onText, inputMode = "numeric", ...rest }: FieldProps) {
  return <FoldingField {...rest} inputMode={inputMode} onText={onText ?? nothing} />;
}

/** A phone number in any writing: spaces, +, 00, Arabic digits. The API brings it into form. */
export function PhoneField({ onText, ...rest }: FieldProps) {
  return <FoldingField {...rest} type="tel" inputMode="tel" autoComplete="off" onText={onText ?? nothing} />;
}

const nothing = () => undefined;

function FoldingField({ label, name, hint, optional, hideLabel = false, className, onText, ...rest }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Labelled label={label} name={name} hint={hint} optional={optional ?? ""} hideLabel={hideLabel} className={className ?? ""}>
      {(tied) => (
        <input
          {...tied}
          {...rest}
          ref={input}
          dir="ltr"
          className={cx(CONTROL, "numerals")}
          onChange={(event) => {
            const { value, selectionStart } = event.target;
            const plain = folded(value);
            if (plain !== value) {
              event.target.value = plain;
              event.target.setSelectionRange(selectionStart, selectionStart);
            }
            onText?.(plain);
          }}
        />
      )}
    </Labelled>
  );
}

export interface TextAreaProps extends Around, Omit<ComponentProps<"textarea">, Own> {
  onText?: (text: string) => void;
}

/** Several lines, in the direction in which they begin. */
export function TextArea({ label, name, hint, optional, hideLabel = false, className, onText, rows = 5, ...rest }: TextAreaProps) {
  return (
    <Labelled label={label} name={name} hint={hint} optional={optional ?? ""} hideLabel={hideLabel} className={className ?? ""}>
      {(tied) => (
        <textarea
          dir="auto"
          {...tied}
          {...rest}
          rows={rows}
          className={cx(CONTROL, "resize-y py-2.5")}
          onChange={(event) => onText?.(event.target.value)}
        />
      )}
    </Labelled>
  );
}

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type" | "onChange"> {
  label: ReactNode;
  hint?: ReactNode;
  onCheck?: (checked: boolean) => void;
}

/** Something that is so or not, with its words beside it. */
export function Checkbox({ label, hint, className, onCheck, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className={cx("flex flex-col", className)}>
      <label className="flex min-h-11 items-center gap-3">
        <input
          {...rest}
          type="checkbox"
          aria-describedby={hint ? `${id}-hint` : undefined}
          className="size-5 shrink-0 accent-brand"
          onChange={(event) => onCheck?.(event.target.checked)}
        />
        <span className="min-w-0">{label}</span>
      </label>
      {hint && (
        <p id={`${id}-hint`} className="ps-8 text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export interface SelectProps extends Around, Omit<ComponentProps<"select">, Own> {
  options: { value: string; label: string }[];
  onText?: (value: string) => void;
}

/** The system's own list: on phones nothing is easier to pick from. */
export function Select({ label, name, hint, optional, hideLabel = false, className, options, onText, ...rest }: SelectProps) {
  return (
    <Labelled label={label} name={name} hint={hint} optional={optional ?? ""} hideLabel={hideLabel} className={className ?? ""}>
      {(tied) => (
        <div className="relative">
          <select {...tied} {...rest} className={cx(CONTROL, "appearance-none pe-10")} onChange={(event) => onText?.(event.target.value)}>
            {options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <Icon of={ChevronDown} className="pointer-events-none absolute end-3 top-3 text-muted" />
        </div>
      )}
    </Labelled>
  );
}

import type { ComponentProps, ReactNode } from "react";
import type { LucideIcon } from "lucide-react";

import { cx } from "./cx";
import { Icon } from "./Icon";
import { Spinner } from "./Spinner";

const LOOKS = {
  /** The next thing to do: at most one in a view. */
  primary: "bg-brand text-on-brand hover:bg-brand-hover",
  plain: "border border-line bg-surface text-text hover:bg-raised",
  quiet: "text-brand hover:bg-brand-soft hover:text-brand-ink",
  danger: "bg-bad text-on-bad hover:bg-bad-hover",
} as const;

const SIZES = {
  md: "min-h-11 px-4 gap-2",
  sm: "min-h-9 px-3 gap-1.5 text-sm",
  lg: "min-h-13 px-6 gap-2.5 text-lg",
} as const;

export interface ButtonProps extends Omit<ComponentProps<"button">, "disabled"> {
  look?: keyof typeof LOOKS;
  size?: keyof typeof SIZES;
  icon?: LucideIcon;
  mirror?: boolean;
  /** What it started is under way: it keeps the focus and does nothing a second time. */
  busy?: boolean;
  /** Why it cannot be pressed now; it stays where it is and can be read. */
  off?: boolean;
  children: ReactNode;
}

export function buttonClass(look: keyof typeof LOOKS = "plain", size: keyof typeof SIZES = "md"): string {
  return cx(
    "inline-flex items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors duration-150 select-none",
    "aria-disabled:cursor-default aria-disabled:opacity-55",
    LOOKS[look],
    SIZES[size],
  );
}

export function Button(props: ButtonProps) {
  const { look = "plain", size = "md", icon, mirror, busy, off, children, className, onClick, type = "button", ...rest } = props;
  const idle = busy || off;
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={idle || undefined}
      aria-busy={busy || undefined}
      className={cx(buttonClass(look, size), className)}
      onClick={(event) => {
        if (idle) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <Spinner /> : icon && <Icon of={icon} mirror={mirror ?? false} className={size === "sm" ? "size-4" : undefined} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "disabled"> {
  icon: LucideIcon;
  mirror?: boolean;
  /** What it does, for whoever does not see the picture. */
  label: string;
}

export function IconButton({ icon, mirror, label, className, type = "button", ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className={cx(
        "inline-flex size-11 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-raised hover:text-text",
        className,
      )}
    >
      <Icon of={icon} mirror={mirror ?? false} />
    </button>
  );
}

import type { MouseEvent } from "react";
import { Button as Press, Tooltip, TooltipTrigger } from "react-aria-components";

import type { ButtonProps, IconButtonProps } from "@/ui/Button";
import { buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Spinner } from "@/ui/Spinner";

export { buttonClass };
export type { ButtonProps, IconButtonProps };

/** What React Aria's buttons know by other names. */
function pressed(props: { onClick?: unknown; ref?: unknown }) {
  const { onClick, ref, ...rest } = props;
  const press = onClick as ((event: MouseEvent) => void) | undefined;
  return { ...(rest as object), ref: ref as never, onPress: () => press?.({ preventDefault: () => undefined } as MouseEvent) };
}

export function Button({ look = "plain", size = "md", icon, mirror, busy, off, children, className, ...rest }: ButtonProps) {
  return (
    <Press {...pressed(rest)} isPending={busy ?? false} isDisabled={off ?? false} className={`${buttonClass(look, size)} ${className ?? ""}`}>
      {busy ? <Spinner /> : icon && <Icon of={icon} mirror={mirror ?? false} />}
      {children}
    </Press>
  );
}

export function IconButton({ icon, mirror, label, className, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger>
      <Press {...pressed(rest)} aria-label={label} className={`inline-flex size-11 items-center justify-center ${className ?? ""}`}>
        <Icon of={icon} mirror={mirror ?? false} />
      </Press>
      <Tooltip>{label}</Tooltip>
    </TooltipTrigger>
  );
}

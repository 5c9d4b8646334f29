import type { RefObject } from "react";
import { Menu, MenuItem } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";

import { Aria } from "./aria";
import { cx } from "./cx";
import { Icon } from "./Icon";
import type { MenuItem as Item } from "./Menu";

interface MenuListProps {
  label: string;
  items: Item[];
  trigger: RefObject<HTMLElement | null>;
  onClose: () => void;
}

export default function MenuList({ label, items, trigger, onClose }: MenuListProps) {
  return (
    <Aria>
      <Popover
        isOpen
        onOpenChange={(open) => !open && onClose()}
        aria-label={label}
        triggerRef={trigger}
        placement="bottom end"
        className="min-w-52 animate-[rise_.14s_var(--ease-out)] rounded-lg border border-hairline bg-surface p-1 shadow-lg outline-none"
      >
        <Menu aria-label={label} autoFocus="first" onClose={onClose} className="outline-none">
          {items.map((item) => (
            <MenuItem
              key={item.id}
              id={item.id}
              textValue={item.label}
              onAction={item.run}
              className={cx(
                "flex min-h-11 cursor-pointer items-center gap-3 rounded-md px-3 outline-none data-focused:bg-raised",
                item.danger && "text-bad",
              )}
            >
              {item.icon && <Icon of={item.icon} mirror={item.mirror ?? false} className={item.danger ? undefined : "text-muted"} />}
              {item.label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </Aria>
  );
}

import { lazy, Suspense, useRef, useState } from "react";
import { EllipsisVertical, type LucideIcon } from "lucide-react";

import { IconButton } from "./Button";

export interface MenuItem {
  id: string;
  label: string;
  icon?: LucideIcon;
  mirror?: boolean;
  /** Takes something away. */
  danger?: boolean;
  run: () => void;
}

const loading = () => import("./MenuList");
const MenuList = lazy(loading);

interface MenuProps {
  /** Whose menu it is, for whoever does not see where it stands. */
  label: string;
  items: MenuItem[];
  icon?: LucideIcon;
  className?: string;
}

/** A button with a menu. The menu itself is loaded when a hand comes near. */
export function Menu({ label, items, icon = EllipsisVertical, className }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        ref={button}
        icon={icon}
        label={label}
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerEnter={() => void loading()}
        onFocus={() => void loading()}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen(true);
        }}
      />
      {open && (
        <Suspense>
          <MenuList label={label} items={items} trigger={button} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

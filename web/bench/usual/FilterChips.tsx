import { ToggleButton, ToggleButtonGroup } from "react-aria-components";

import type { FilterChipsProps } from "@/ui/FilterChips";

export type { FilterChipsProps };

export function FilterChips<Id extends string>({ label, chips, chosen, onChoose }: FilterChipsProps<Id>) {
  return (
    <ToggleButtonGroup aria-label={label} selectedKeys={[chosen]} onSelectionChange={(keys) => onChoose([...keys][0] as Id)}>
      {chips.map((chip) => (
        <ToggleButton key={chip.id} id={chip.id}>
          {chip.label} {chip.count}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

import { Tab, TabList, TabPanel, Tabs as AriaTabs } from "react-aria-components";

import type { TabsProps } from "@/ui/Tabs";

export type { TabsProps };

export function Tabs<Id extends string>({ label, tabs, chosen, onChoose, children, className }: TabsProps<Id>) {
  return (
    <AriaTabs selectedKey={chosen} onSelectionChange={(key) => onChoose(key as Id)} className={`flex min-h-0 flex-col gap-3 ${className ?? ""}`}>
      <TabList aria-label={label} className="flex gap-1">
        {tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id}>
            {tab.label}
          </Tab>
        ))}
      </TabList>
      <TabPanel id={chosen} className="flex min-h-0 flex-1 flex-col">
        {children}
      </TabPanel>
    </AriaTabs>
  );
}

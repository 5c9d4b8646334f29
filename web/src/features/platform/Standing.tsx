import { CircleCheck, CirclePause } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Badge } from "@/ui/Status";

import { platform } from "./texts";

/** Whether a tenant works, or is suspended. */
export function Standing({ suspended }: { suspended: boolean }) {
  const t = useTexts(platform);
  return (
    <Badge tone={suspended ? "bad" : "ok"} icon={suspended ? CirclePause : CircleCheck}>
      {suspended ? t.isSuspended : t.isWorking}
    </Badge>
  );
}

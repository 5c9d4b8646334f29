import { Failure } from "@/api/failure";
import { Problem } from "@/ui/form";

/** Why a row was not changed; where somebody else changed the file, what to do about it. */
export function Refused({ error, stale }: { error: unknown; stale: string }) {
  if (!(error instanceof Failure && error.code === "StaleVersion")) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-md border border-warn bg-warn-soft p-3 text-sm">
      {stale}
    </p>
  );
}

import { Component, type ReactNode } from "react";

import { Failure } from "@/api/failure";
import { Button } from "@/ui/Button";
import { Problem } from "@/ui/form";
import { Spinner } from "@/ui/Spinner";
import { common } from "@/ui/texts";

/** A page that breaks says so, with what support asks for, instead of staying white. */
export class Crash extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Broken error={error} retry={() => location.reload()} />;
  }
}

/** What is shown in the place of what broke. */
export function Broken({ error, retry }: { error: unknown; retry: () => void }) {
  const faults = error instanceof Failure ? error.faults : [];
  return (
    <main className="mx-auto flex max-w-md flex-col gap-4 p-6">
      <Problem error={error} faults={faults} />
      <Button look="primary" onClick={retry}>
        {common.texts.retry}
      </Button>
    </main>
  );
}

/** While the line is bad. */
export function Connecting() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 p-6 text-center text-muted">
      <Spinner className="size-8 text-brand" />
      <p role="status">{common.texts.connecting}</p>
    </main>
  );
}

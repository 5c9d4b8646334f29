import { Component, type ReactNode } from "react";

import { Failure } from "@/api/failure";
import { Button } from "@/ui/Button";
import { Problem } from "@/ui/form";
import { Spinner } from "@/ui/Spinner";
import { common } from "@/ui/texts";
import { wordless } from "@/ui/wordless";

/** A page that breaks says so, with what support asks for, instead of staying white. */
export class Crash extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <BrokenApp error={error} />;
  }
}

interface BrokenProps {
  error: unknown;
  retry: () => void;
  /** Of a page that has its heading. */
  part?: boolean;
}

/** What is shown in the place of what broke: a page, or a part of one. */
export function Broken({ error, retry, part = false }: BrokenProps) {
  const faults = error instanceof Failure ? error.faults : [];
  return (
    <div className="mx-auto flex w-full max-w-md flex-col gap-4 p-6">
      {!part && <h1 className="text-xl font-semibold">{common.texts.notOpened}</h1>}
      <Problem error={error} faults={faults} />
      <Button look="primary" onClick={retry}>
        {common.texts.retry}
      </Button>
    </div>
  );
}

/** The same where nothing else is there. */
export function BrokenApp({ error }: { error: unknown }) {
  const retry = () => location.reload();
  return <main>{common.loaded ? <Broken error={error} retry={retry} /> : <Wordless retry={retry} />}</main>;
}

function Wordless({ retry }: { retry: () => void }) {
  return wordless.map((t) => (
    <section key={t.lang} lang={t.lang} dir={t.dir} className="mx-auto flex w-full max-w-md flex-col gap-4 p-6">
      <h1 className="text-xl font-semibold">{t.notOpened}</h1>
      <Button look="primary" onClick={retry}>
        {t.retry}
      </Button>
    </section>
  ));
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

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";

import { useCan } from "@/app/me";
import { queuesQuery } from "@/features/queues/queries";
import { useTexts } from "@/i18n/texts";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Field, Select } from "@/ui/Field";
import { FilterChips } from "@/ui/FilterChips";
import { common } from "@/ui/texts";

import { changed, STATUSES, TIMES, whenOf, type When } from "./log";
import type { LogSearch } from "./queries";
import { messaging } from "./texts";

interface LogFiltersProps {
  search: LogSearch;
  onSearch: (search: LogSearch, replace?: boolean) => void;
  withQueue: boolean;
}

/** On a phone chips stand in one line that is moved sideways, so that the list is in sight. */
const LINE =
  "-mx-4 overflow-x-auto px-4 py-1 sm:mx-0 sm:overflow-visible sm:p-0 max-sm:[&>div]:flex-nowrap max-sm:[&_button]:shrink-0 max-sm:[&_button]:whitespace-nowrap";

/** Which messages are shown: by status, time, queue, and of one send. */
export function LogFilters({ search, onSearch, withQueue }: LogFiltersProps) {
  const t = useTexts(messaging);
  const { message } = useTexts(common);
  const when = whenOf(search);
  const set = (change: Parameters<typeof changed>[1]) => onSearch(changed(search, change), true);
  const times = [...Object.keys(TIMES), "dates"] as When[];
  return (
    <div className="flex flex-col gap-3">
      <div className={LINE}>
        <FilterChips
          label={t.statusLabel}
          chips={[{ id: "", label: t.allStatuses }, ...STATUSES.map((id) => ({ id: id as string, label: message[id] }))]}
          chosen={search.status ?? ""}
          onChoose={(status) => set({ status })}
        />
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <div className={cx(LINE, "max-sm:w-screen")}>
          <FilterChips
            label={t.whenLabel}
            chips={[{ id: "" as When | "", label: t.anyTime }, ...times.map((id) => ({ id, label: t.times[id] }))]}
            chosen={when}
            onChoose={(chosen) => set({ when: chosen, from: undefined, to: undefined })}
          />
        </div>
        {when === "dates" && (
          <>
            <Field label={t.fromDate} name="from" type="date" defaultValue={search.from} max={search.to} onText={(from) => set({ when: "dates", from })} />
            <Field label={t.toDate} name="to" type="date" defaultValue={search.to} min={search.from} onText={(to) => set({ when: "dates", to })} />
          </>
        )}
        {withQueue && <QueueSelect chosen={search.queue} onChoose={(queue) => set({ queue })} />}
        {search.batch && (
          <Button icon={X} className="flex-row-reverse" onClick={() => set({ batch: undefined })}>
            {t.ofOneSend}
          </Button>
        )}
      </div>
    </div>
  );
}

/** One of the queues, or all of them. */
export function QueueSelect({ chosen, onChoose }: { chosen: string | undefined; onChoose: (queue: string | undefined) => void }) {
  const t = useTexts(messaging);
  const can = useCan();
  const { data } = useQuery({ ...queuesQuery, enabled: can("queues:read") });
  if (!data || (data.length === 0 && !chosen)) return null;
  const options = data.map(({ id, doctorName }) => ({ value: id, label: doctorName }));
  return (
    <Select
      label={t.queueField}
      name="queue"
      className="w-full sm:w-64"
      options={[{ value: "", label: t.allQueues }, ...options]}
      value={chosen ?? ""}
      onText={(queue) => onChoose(queue || undefined)}
    />
  );
}

import { useState } from "react";
import { Pencil, Plus, Trash2 } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { Button, IconButton } from "@/ui/Button";
import { useFieldError } from "@/ui/form";
import { useRows } from "@/ui/rows";
import { Bdi } from "@/ui/Text";

import { HolidayEditor } from "./HolidayEditor";
import { inOrder, isPast, lengthOf, sayHijri, sayHoliday, today } from "./holidays";
import { Card } from "@/ui/Card";
import { clinics } from "./texts";

interface HolidaysProps {
  holidays: string[];
  mayChange: boolean;
  onHolidays: (holidays: string[]) => void;
}

/** When a branch is closed beside its weekend. What is over is out of the way. */
export function Holidays({ holidays, mayChange, onHolidays }: HolidaysProps) {
  const t = useTexts(clinics);
  const [editing, setEditing] = useState<string>();
  const error = useFieldError("holidays");
  const now = today();
  const ahead = holidays.filter((one) => !isPast(one, now));
  const past = holidays.filter((one) => isPast(one, now));
  const { box, back, leave } = useRows();
  const close = (row: string) => {
    back(row);
    setEditing(undefined);
  };
  const put = (holiday: string, instead: string) => {
    onHolidays(inOrder([...holidays.filter((one) => one !== instead), holiday]));
    // Whoever adds one is likely to add another.
    close(instead && holiday);
  };
  const row = (holiday: string) =>
    holiday === editing ? (
      <HolidayEditor
        holiday={holiday}
        others={holidays.filter((one) => one !== holiday)}
        onPut={(next) => put(next, holiday)}
        onCancel={() => close(holiday)}
      />
    ) : (
      <Row
        holiday={holiday}
        at={holidays.indexOf(holiday)}
        onEdit={mayChange ? () => setEditing(holiday) : undefined}
        onRemove={(button) => {
          leave(button);
          onHolidays(holidays.filter((one) => one !== holiday));
        }}
      />
    );
  return (
    <div ref={box} className="contents">
      <Card
        title={t.holidays}
        intro={t.holidaysIntro}
        actions={
          mayChange &&
          editing !== "" && (
            <Button size="sm" icon={Plus} data-add onClick={() => setEditing("")}>
              {t.addHoliday}
            </Button>
          )
        }
      >
        {error && <p className="text-sm text-bad">{error}</p>}
        {editing === "" && (
          <HolidayEditor holiday="" others={holidays} onPut={(next) => put(next, "")} onCancel={() => close("")} />
        )}
        {holidays.length === 0 && editing === undefined && <p className="text-sm text-muted">{t.noHolidays}</p>}
        {ahead.length > 0 && (
          <ul className="flex flex-col divide-y divide-hairline">
            {ahead.map((holiday) => (
              <li key={holiday}>{row(holiday)}</li>
            ))}
          </ul>
        )}
        {past.length > 0 && (
          <details>
            <summary className="min-h-9 cursor-pointer py-1.5 text-sm text-muted">{t.pastHolidays(past.length)}</summary>
            <ul className="flex flex-col divide-y divide-hairline">
              {past.map((holiday) => (
                <li key={holiday}>{row(holiday)}</li>
              ))}
            </ul>
          </details>
        )}
      </Card>
    </div>
  );
}

interface RowProps {
  holiday: string;
  /** Its place in what is sent, by which the API speaks of it. */
  at: number;
  onEdit: (() => void) | undefined;
  onRemove: (button: HTMLElement) => void;
}

function Row({ holiday, at, onEdit, onRemove }: RowProps) {
  const t = useTexts(clinics);
  const error = useFieldError(`holidays[${at}]`);
  const dates = sayHoliday(holiday, t.span);
  return (
    <div className="flex items-center gap-2 py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          <Bdi>{dates}</Bdi>
        </p>
        <p className="text-sm text-muted">
          <Bdi>{sayHijri(holiday, t.span)}</Bdi> · {t.dayCount(lengthOf(holiday))}
        </p>
        {error && <p className="text-sm text-bad">{error}</p>}
      </div>
      {onEdit && (
        <>
          <IconButton icon={Pencil} label={t.editHoliday(dates)} data-edit={holiday} onClick={onEdit} />
          <IconButton icon={Trash2} label={t.removeHoliday(dates)} data-remove onClick={(event) => onRemove(event.currentTarget)} />
        </>
      )}
    </div>
  );
}

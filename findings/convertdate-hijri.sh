#!/bin/sh
# convertdate 2.5.1 (PyPI, module `islamic`) beside hijridate 2.6.0 (PyPI, the Umm al-Qura tables of Saudi Arabia).
#
# Both convert to "the Hijri date". convertdate's is the arithmetic calendar: of the 3,653 days of 2020 to 2029 it is a day off
# Umm al-Qura's on 1,955. The new year 1448 (16 June 2026) is still the last day of 1447 to it.
#
# Output seen:
#   2026-06-16: convertdate 1447-12-30 hijridate 1448-01-01
#   days of 2020 to 2029 that differ: 1955 of 3653
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check convertdate==2.5.1 hijridate==2.6.0
cat > "$folder/run.py" <<'PY'
import datetime

from convertdate import islamic
from hijridate import Gregorian


def both(day):
    table = Gregorian(day.year, day.month, day.day).to_hijri()
    return islamic.from_gregorian(day.year, day.month, day.day), (table.year, table.month, table.day)


text = lambda date: "{}-{:02}-{:02}".format(*date)
new_year = datetime.date(2026, 6, 16)
arithmetic, table = both(new_year)
print(f"{new_year}: convertdate {text(arithmetic)} hijridate {text(table)}")
first = datetime.date(2020, 1, 1)
days = [both(first + datetime.timedelta(n)) for n in range((datetime.date(2030, 1, 1) - first).days)]
print(f"days of 2020 to 2029 that differ: {sum(a != b for a, b in days)} of {len(days)}")
PY
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
2026-06-16: convertdate 1447-12-30 hijridate 1448-01-01
days of 2020 to 2029 that differ: 1955 of 3653
SEEN

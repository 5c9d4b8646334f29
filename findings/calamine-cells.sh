#!/bin/sh
# calamine (Rust) through its Python binding python-calamine 0.9.1 (PyPI), beside openpyxl 3.1.5, on a sheet that XlsxWriter
# 3.3.1 wrote.
#
# calamine gives what is stored, not what is shown: a cell with an error is as blank as an empty one, where openpyxl gives the error's
# name; a file number 123 of the format 00000 (shown as 00123) is 123.0; and a row that an AutoFilter hides is a row like others
# (to openpyxl, too, but that one tells which rows are hidden). A time of day, and 45 minutes of the format [h]:mm, are both right.
#
# Output seen:
#   error #DIV/0!: calamine '' openpyxl '#DIV/0!'
#   file number 00123: calamine 123.0 openpyxl 123
#   time 10:30: calamine datetime.time(10, 30) openpyxl datetime.time(10, 30)
#   duration 0:45: calamine datetime.timedelta(seconds=2700) openpyxl datetime.timedelta(seconds=2700)
#   hidden row: calamine 'hidden' openpyxl 'hidden'
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5 XlsxWriter==3.3.1
cat > "$folder/run.py" <<'PY'
import sys

import openpyxl, python_calamine, xlsxwriter

path = sys.argv[1]
book = xlsxwriter.Workbook(path)
sheet = book.add_worksheet("Sheet1")
names = ["error #DIV/0!", "file number 00123", "time 10:30", "duration 0:45", "hidden row"]
for row, name in enumerate(names):
    sheet.write(row, 0, name)
sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
for row, value, form in [(1, 123, "00000"), (2, 0.4375, "hh:mm"), (3, 0.03125, "[h]:mm")]:
    sheet.write_number(row, 1, value, book.add_format({"num_format": form}))
sheet.write(4, 1, "hidden")
sheet.autofilter(0, 0, 4, 1)
sheet.set_row(4, None, None, {"hidden": True})
book.close()
shown = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Sheet1").to_python()
other = openpyxl.load_workbook(path, data_only=True)["Sheet1"].iter_rows(values_only=True)
for (name, calamine), (_, value) in zip(shown, other):
    print(f"{name}: calamine {calamine!r} openpyxl {value!r}")
PY
"$folder/venv/bin/python" "$folder/run.py" "$folder/sheet.xlsx" | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
error #DIV/0!: calamine '' openpyxl '#DIV/0!'
file number 00123: calamine 123.0 openpyxl 123
time 10:30: calamine datetime.time(10, 30) openpyxl datetime.time(10, 30)
duration 0:45: calamine datetime.timedelta(seconds=2700) openpyxl datetime.timedelta(seconds=2700)
hidden row: calamine 'hidden' openpyxl 'hidden'
SEEN

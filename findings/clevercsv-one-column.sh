#!/bin/sh
# clevercsv 0.8.5 (PyPI) and a list with one column, whose heading has two words.
#
# A column of phone numbers under «رقم الجوال» is a valid CSV file without any delimiter. clevercsv finds one, the blank, and cuts
# the heading in two, so that the numbers stand under «رقم». Python's own csv.Sniffer says that it cannot tell. With a second
# column clevercsv is right, also where the delimiter is the Arabic semicolon.
#
# Output seen:
#   one column: ' ' [['رقم', 'الجوال'], ['0501234567'], ['0551234567']]
#   Arabic semicolon: '؛' [['الاسم', 'رقم الجوال'], ['محمد', '0501234567'], ['نورة', '0551234567']]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check clevercsv==0.8.5
cat > "$folder/run.py" <<'PY'
import clevercsv

for name, text in [
    ("one column", "رقم الجوال\n0501234567\n0551234567\n"),
    ("Arabic semicolon", "الاسم؛رقم الجوال\nمحمد؛0501234567\nنورة؛0551234567\n"),
]:
    dialect = clevercsv.Sniffer().sniff(text)
    print(f"{name}: {dialect.delimiter!r} {list(clevercsv.reader(text.splitlines(True), dialect))}")
PY
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
one column: ' ' [['رقم', 'الجوال'], ['0501234567'], ['0551234567']]
Arabic semicolon: '؛' [['الاسم', 'رقم الجوال'], ['محمد', '0501234567'], ['نورة', '0551234567']]
SEEN

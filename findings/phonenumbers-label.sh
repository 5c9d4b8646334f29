#!/bin/sh
# phonenumbers 9.0.43 (PyPI, the Python port of Google's library) and libphonenumber-js 1.13.16 (npm), on numbers as receptions
# write them.
#
# The same number with a name in Arabic behind it is no number to the one and a valid one to the other; with the name in front of
# it, it is valid to both. A letter O in place of a zero is a key of a keypad to neither: one drops it, and has a number of a digit
# less, the other one refuses. Numbers of Mexico and Brazil as WhatsApp writes them (with a 1, without a 9) are not valid to either.
#
# Output seen: see the end of this file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
npm install --silent --no-audit --no-fund --prefix "$folder" libphonenumber-js@1.13.16 > /dev/null
cat > "$folder/written.json" <<'JSON'
[["0501234567 (أم محمد)", "SA"], ["أم محمد 0501234567", "SA"], ["+9665O1234567", "SA"], ["+966 (0) 50 123 4567", "SA"],
 ["+5215512345678", "MX"], ["+554187654321", "BR"]]
JSON
cat > "$folder/run.py" <<'PY'
import json, sys

import phonenumbers

for text, region in json.load(open(sys.argv[1])):
    try:
        number = phonenumbers.parse(text, region)
        valid = "valid" if phonenumbers.is_valid_number(number) else "not valid"
        print(f"python {text}: {phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)} {valid}")
    except phonenumbers.NumberParseException:
        print(f"python {text}: none")
PY
cat > "$folder/run.cjs" <<'JS'
const { parsePhoneNumberWithError } = require("libphonenumber-js/max");

for (const [text, region] of require("./written.json")) {
  try {
    const number = parsePhoneNumberWithError(text, region);
    console.log(`js ${text}: ${number.number} ${number.isValid() ? "valid" : "not valid"}`);
  } catch {
    console.log(`js ${text}: none`);
  }
}
JS
{ "$folder/venv/bin/python" "$folder/run.py" "$folder/written.json"; node "$folder/run.cjs"; } | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
python 0501234567 (أم محمد): none
python أم محمد 0501234567: +966501234567 valid
python +9665O1234567: +96651234567 not valid
python +966 (0) 50 123 4567: +966501234567 valid
python +5215512345678: +5215512345678 not valid
python +554187654321: +554187654321 not valid
js 0501234567 (أم محمد): +966501234567 valid
js أم محمد 0501234567: +966501234567 valid
js +9665O1234567: none
js +966 (0) 50 123 4567: +966501234567 valid
js +5215512345678: +5215512345678 not valid
js +554187654321: +554187654321 not valid
SEEN

#!/bin/sh
# moment-hijri 3.0.0 (npm) behind the end of its table (16 November 2077), where hijridate (PyPI) raises an OverflowError.
#
# A day behind the table is formatted as digits and NaN, and `isValid` says true. Digits are Arabic ones though no locale was asked
# for.
#
# Output seen:
#   2077-11-16: ١٥٠٠/١٢/٣٠ true
#   2077-11-17: ٠NaN/NaN/NaN true
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" moment-hijri@3.0.0 > /dev/null
cat > "$folder/run.cjs" <<'JS'
const moment = require("moment-hijri");

for (const day of ["2077-11-16", "2077-11-17"]) {
  const date = moment(day, "YYYY-MM-DD");
  console.log(`${day}: ${date.format("iYYYY/iM/iD")} ${date.isValid()}`);
}
JS
node "$folder/run.cjs" | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
2077-11-16: ١٥٠٠/١٢/٣٠ true
2077-11-17: ٠NaN/NaN/NaN true
SEEN

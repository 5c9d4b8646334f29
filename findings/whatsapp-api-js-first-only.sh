#!/bin/sh
# whatsapp-api-js 6.3.0 (npm) and bodies with more than one event.
#
# Meta batches events: an entry may have several changes, a change several messages or statuses. `post` verifies the signature
# of the whole body, calls back for `entry[0].changes[0]` and the first message or status of it, and resolves as if all were done.
#
# Output seen:
#   two statuses in one change: told of wamid.1
#   two changes in one entry: told of wamid.1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" whatsapp-api-js@6.3.0 > /dev/null
cat > "$folder/run.mjs" <<'JS'
import { createHmac } from "node:crypto";
import { WhatsAppAPI } from "whatsapp-api-js";

const secret = "none";
const status = (id) => ({ id, status: "delivered", timestamp: "1767225600", recipient_id: "966500000000" });
const change = (...ids) => ({
  field: "messages",
  value: {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550000000", phone_number_id: "100000000000001" },
    statuses: ids.map(status),
  },
});
const body = (...changes) => JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "1", changes }] });

for (const [name, text] of [
  ["two statuses in one change", body(change("wamid.1", "wamid.2"))],
  ["two changes in one entry", body(change("wamid.1"), change("wamid.2"))],
]) {
  const api = new WhatsAppAPI({ token: "none", appSecret: secret, v: "v24.0" });
  const told = [];
  api.on.status = ({ id }) => { told.push(id); };
  const signature = "sha256=" + createHmac("sha256", secret).update(text).digest("hex");
  await api.post(JSON.parse(text), text, signature);
  await new Promise((done) => setTimeout(done, 100));
  console.log(`${name}: told of ${told.join(", ")}`);
}
JS
node "$folder/run.mjs" | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
two statuses in one change: told of wamid.1
two changes in one entry: told of wamid.1
SEEN

#!/bin/sh
# PyWa 4.5.0 (PyPI, 2026) and status callbacks without `contacts`.
#
# Meta's status callbacks have named no contact for years; since April 2026 they do where a user has a BSUID. Stored callbacks,
# and those of On-Premises-like gateways and simulators, still have none. `MessageStatus.from_update` takes
# `value["contacts"]` as given and raises, so that the library's handlers never see such a status.
#
# Output seen:
#   without contacts: KeyError 'contacts'
#   with contacts: delivered
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pywa==4.5.0
cat > "$folder/run.py" <<'PY'
from pywa import WhatsApp
from pywa.types import MessageStatus


def update(contacts):
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550000000", "phone_number_id": "100000000000001"},
        "statuses": [{"id": "wamid.X", "status": "delivered", "timestamp": "1767225600", "recipient_id": "966500000000"}],
    }
    if contacts:
        value["contacts"] = [{"profile": {"name": "X"}, "wa_id": "966500000000", "user_id": "SA.1"}]
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}


client = WhatsApp(phone_id="100000000000001", token="none")
for name, contacts in [("without contacts", False), ("with contacts", True)]:
    try:
        print(f"{name}: {MessageStatus.from_update(client, update(contacts)).status.value}")
    except Exception as error:
        print(f"{name}: {type(error).__name__} {error}")
PY
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
without contacts: KeyError 'contacts'
with contacts: delivered
SEEN

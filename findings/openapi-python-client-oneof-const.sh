#!/bin/sh
# openapi-python-client 0.29.1 (PyPI) and enums that are `oneOf` of one `const` each, as schemars 1.2 (crates.io) writes a Rust
# enum whose variants have doc comments.
#
# Such a schema is valid in JSON Schema 2020-12 and says the same as an `enum`. The generated model takes each choice for a class
# of its own, and its reading of an answer raises on every value of the second choice and later; as `enum` it is read.
#
# Output seen:
#   oneOf of const: ValueError
#   enum: resend
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cat > "$folder/run.py" <<'PY'
import importlib, json, pathlib, subprocess, sys

folder = pathlib.Path(sys.argv[1])
forms = {
    "oneOf of const": {"description": "Which.", "oneOf": [
        {"type": "string", "description": "Holds.", "const": "hold"},
        {"type": "string", "description": "Sends again.", "const": "resend"},
    ]},
    "enum": {"description": "Which.", "type": "string", "enum": ["hold", "resend"]},
}
for name, schema in forms.items():
    package = f"client_{name.split()[0].lower()}"
    thing = {"type": "object", "required": ["onUnknown"], "properties": {"onUnknown": {"$ref": "#/components/schemas/OnUnknown"}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    document = {
        "openapi": "3.1.0", "info": {"title": package, "version": "1"},
        "paths": {"/thing": {"get": {"operationId": "getThing", "responses": {"200": {"description": "", "content": content}}}}},
        "components": {"schemas": {"Thing": thing, "OnUnknown": schema}},
    }
    source = folder / f"{package}.json"
    source.write_text(json.dumps(document))
    generate = [str(folder / "venv/bin/openapi-python-client"), "generate", "--path", str(source),
                "--meta", "none", "--output-path", str(folder / package)]
    subprocess.run(generate, check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    try:
        models = importlib.import_module(f"{package}.models")
        read = models.Thing.from_dict({"onUnknown": "resend"})
        print(f"{name}: {read.on_unknown}")
    except Exception as error:
        print(f"{name}: {type(error).__name__}")
PY
"$folder/venv/bin/python" "$folder/run.py" "$folder" | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
oneOf of const: ValueError
enum: resend
SEEN

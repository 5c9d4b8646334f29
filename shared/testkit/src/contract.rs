//! The committed contract: which errors an endpoint may answer with.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::OnceLock,
};

use dawr_api::{code::Code, function::Function};
use serde_json::Value;

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The contract itself.
fn contract() -> &'static Value {
    static CONTRACT: OnceLock<Value> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        let text = fs::read_to_string(root().join("infra/openapi.yaml")).expect("infra/openapi.yaml");
        serde_norway::from_str(&text).expect("infra/openapi.yaml")
    })
}

/// The words of an Arabic text that are not Arabic, but for what is called so everywhere and for names of the API. Where the
/// values of the API are what the text is about, they stand in it.
pub fn foreign_words(text: &str, code: Code) -> Vec<String> {
    static NAMES: OnceLock<BTreeSet<String>> = OnceLock::new();
    if matches!(code, Code::InvalidFormat | Code::UnknownValue) {
        return Vec::new();
    }
    let names = NAMES.get_or_init(|| {
        let known =
            ["JSON", "CSV", "XLSX", "xlsx", "Excel", "ASCII", "Idempotency-Key", "If-Match", "application/json"];
        let mut names = known.map(str::to_owned).into_iter().chain(["true".to_owned()]).collect();
        fields(contract(), &mut names);
        names
    });
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-/".contains(c));
    let is_foreign = |word: &&str| word.chars().any(|c| c.is_ascii_alphabetic()) && !names.contains(*word);
    words.filter(is_foreign).map(str::to_owned).collect()
}

/// The names of all fields and parameters below a part of the contract.
fn fields(part: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(object) => {
            names.extend(
                object.get("properties").and_then(Value::as_object).into_iter().flat_map(|all| all.keys().cloned()),
            );
            if object.contains_key("in") {
                names.extend(object.get("name").and_then(Value::as_str).map(str::to_owned));
            }
            object.values().for_each(|value| fields(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, names)),
        _ => {}
    }
}

/// The errors that `infra/openapi.yaml` has for an endpoint.
pub fn documented(function: &Function) -> &'static BTreeSet<Code> {
    static OPERATIONS: OnceLock<BTreeMap<String, BTreeSet<Code>>> = OnceLock::new();
    let operations = OPERATIONS.get_or_init(|| {
        let paths = contract()["paths"].as_object().into_iter().flatten();
        let methods = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        methods
            .filter_map(|(_, operation)| Some((operation["operationId"].as_str()?.to_owned(), codes(operation))))
            .collect()
    });
    operations
        .get(&operation_id(function))
        .unwrap_or_else(|| panic!("infra/openapi.yaml lacks {}: cargo run -- generate", function.name))
}

/// The contract writes names as JavaScript does.
fn operation_id(function: &Function) -> String {
    let mut words = function.name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

fn codes(operation: &Value) -> BTreeSet<Code> {
    let names = operation["x-error-codes"].as_array().into_iter().flatten();
    names.filter_map(|name| Code::ALL.iter().copied().find(|code| name == code.as_str())).collect()
}

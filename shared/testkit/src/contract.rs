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

/// The errors that `infra/openapi.yaml` has for an endpoint.
pub fn documented(function: &Function) -> &'static BTreeSet<Code> {
    static OPERATIONS: OnceLock<BTreeMap<String, BTreeSet<Code>>> = OnceLock::new();
    let operations = OPERATIONS.get_or_init(|| {
        let text = fs::read_to_string(root().join("infra/openapi.yaml")).expect("infra/openapi.yaml");
        let document: Value = serde_norway::from_str(&text).expect("infra/openapi.yaml");
        let paths = document["paths"].as_object().into_iter().flatten();
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

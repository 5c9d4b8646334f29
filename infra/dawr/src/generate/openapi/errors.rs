//! The errors that follow from what an endpoint takes and whom it serves, beyond those that it names.

use std::collections::BTreeSet;

use dawr_api::{
    code::Code,
    function::{Function, Http, Requires, Source, TableAccess, Verb},
};
use serde_json::Value as Json;

use super::schemas::Schemas;

/// All errors of an endpoint.
pub(super) fn codes(function: &Function, http: &Http, schemas: &Schemas) -> BTreeSet<Code> {
    let mut codes: BTreeSet<Code> = http.errors.iter().copied().collect();
    codes.extend([Code::Internal, Code::Unavailable]);
    codes.extend(guard(http.requires));
    if http.trusts_browsers() {
        codes.insert(Code::CrossSite);
    }
    for input in http.inputs {
        let schema = schemas.input(function, input.source);
        match input.source {
            Source::Path => {
                codes.insert(Code::NotFound);
            }
            Source::Query => {
                codes.extend([Code::UnknownField, Code::TooMany]);
                values(schema, schemas, &mut codes, &mut BTreeSet::new());
                if schemas.resolve(schema).pointer("/properties/page").is_some() {
                    codes.insert(Code::InvalidPage);
                }
            }
            Source::Body | Source::OptionalBody => {
                codes.extend([Code::MalformedJson, Code::UnsupportedMediaType, Code::PayloadTooLarge]);
                codes.extend([Code::UnknownField, Code::WrongType, Code::OutOfRange]);
                values(schema, schemas, &mut codes, &mut BTreeSet::new());
            }
            Source::Raw => {
                codes.insert(Code::PayloadTooLarge);
            }
        }
    }
    if http.idempotent {
        codes.extend([Code::InvalidIdempotencyKey, Code::IdempotencyMismatch, Code::StillRunning]);
    }
    if http.takes_version() {
        codes.insert(Code::InvalidVersion);
    }
    // Also what notes that something was read needs room for the note.
    if function.access.table >= TableAccess::Append {
        codes.insert(Code::NoRoom);
    }
    // A write that lost against another one.
    if function.access.table == TableAccess::Write && http.method != Verb::Get {
        codes.insert(Code::StaleVersion);
    }
    codes
}

const fn guard(requires: Requires) -> &'static [Code] {
    match requires {
        Requires::Nothing | Requires::RefreshCookie => &[],
        Requires::Signature => &[Code::InvalidSignature],
        Requires::SignedIn => &[Code::Unauthenticated, Code::TenantSuspended, Code::AddressNotAllowed],
        Requires::Account => &[Code::Unauthenticated, Code::TenantSuspended, Code::AddressNotAllowed, Code::Forbidden],
        Requires::Member => &[
            Code::Unauthenticated,
            Code::TenantSuspended,
            Code::AddressNotAllowed,
            Code::PasswordChangeRequired,
            Code::SecondFactorRequired,
        ],
        Requires::Oneself | Requires::Permission(_) => &[
            Code::Unauthenticated,
            Code::TenantSuspended,
            Code::AddressNotAllowed,
            Code::PasswordChangeRequired,
            Code::SecondFactorRequired,
            Code::Forbidden,
        ],
    }
}

/// What can be wrong with values of this schema.
fn values(schema: &Json, schemas: &Schemas, codes: &mut BTreeSet<Code>, seen: &mut BTreeSet<String>) {
    if let Some(target) = schema.get("$ref").and_then(Json::as_str) {
        if !seen.insert(target.to_owned()) {
            return;
        }
        if target.contains("Phone") {
            codes.insert(Code::InvalidPhoneNumber);
        }
        let resolved = schemas.resolve(schema).clone();
        return values(&resolved, schemas, codes, seen);
    }
    match schema {
        Json::Object(object) => {
            if object.get("required").and_then(Json::as_array).is_some_and(|required| !required.is_empty()) {
                codes.insert(Code::Required);
            }
            if object.contains_key("enum") || object.contains_key("const") {
                codes.insert(Code::UnknownValue);
            }
            kinds(object.get("type"), codes);
            for (key, value) in object {
                match key.as_str() {
                    "properties" => {
                        value
                            .as_object()
                            .into_iter()
                            .flatten()
                            .for_each(|(_, schema)| values(schema, schemas, codes, seen));
                    }
                    "default" | "examples" | "enum" | "const" | "required" => {}
                    _ => values(value, schemas, codes, seen),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| values(item, schemas, codes, seen)),
        _ => {}
    }
}

fn kinds(kind: Option<&Json>, codes: &mut BTreeSet<Code>) {
    let mut one = |kind: &str| match kind {
        "string" => codes.extend([
            Code::Required,
            Code::TooShort,
            Code::TooLong,
            Code::InvalidCharacters,
            Code::InvalidFormat,
            Code::UnknownValue,
        ]),
        "integer" | "number" => codes.extend([Code::OutOfRange]),
        "boolean" => codes.extend([Code::InvalidFormat]),
        "array" => codes.extend([Code::TooMany, Code::OutOfRange]),
        _ => {}
    };
    match kind {
        Some(Json::String(kind)) => one(kind),
        Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).for_each(one),
        _ => {}
    }
}

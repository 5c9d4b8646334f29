//! `infra/openapi.yaml`: the API's contract, OpenAPI 3.1.

mod errors;
mod operation;
mod plain;
mod schemas;

use std::collections::{BTreeMap, BTreeSet};

use dawr_api::{
    code::Code,
    function::{Context, Function, Http},
};
use dawr_kernel::language::Language;
use serde_norway::{Mapping, Value};

use super::yaml::{list, map};

/// The API's contract.
///
/// # Errors
/// If two types share a name.
pub(super) fn document(contexts: &[&Context]) -> anyhow::Result<Value> {
    let schemas = schemas::Schemas::of(contexts);
    let mut paths: BTreeMap<&str, Vec<(Value, Value)>> = BTreeMap::new();
    let mut codes = BTreeSet::new();
    for (context, function, http) in endpoints(contexts) {
        let operation = operation::Operation { context, function, http, schemas: &schemas };
        codes.extend(operation.codes());
        let method = http.method.as_str().to_lowercase();
        paths.entry(http.path).or_default().push((method.into(), operation.value()));
    }
    let paths: Mapping =
        paths.into_iter().map(|(path, methods)| (path.into(), Value::Mapping(methods.into_iter().collect()))).collect();
    let mut used = BTreeSet::new();
    schemas.reach(&Value::Mapping(paths.clone()), &mut used);
    let mut components = failure_schemas();
    components.extend(schemas.definitions(&used)?);
    let has_endpoints = |context: &&&Context| context.functions.iter().any(|function| function.http().is_some());
    let with_endpoints = contexts.iter().filter(has_endpoints);
    let tags: Vec<Value> =
        with_endpoints.map(|context| map! { "name" => context.name, "description" => context.summary }).collect();
    Ok(map! {
        "openapi" => "3.1.0",
        "info" => map! {
            "title" => "Dawr",
            "version" => env!("CARGO_PKG_VERSION"),
            "description" => DESCRIPTION,
            "license" => map! { "name" => "Apache-2.0", "identifier" => "Apache-2.0" },
        },
        "servers" => list![map! { "url" => "/", "description" => "Where this document is served from" }],
        "tags" => tags,
        "paths" => paths,
        "components" => map! {
            "schemas" => components,
            "parameters" => parameters(),
            "headers" => headers(),
            "examples" => examples(&codes),
            "securitySchemes" => security_schemes(),
        },
    })
}

const DESCRIPTION: &str = "JSON in UTF-8, camelCase; times are RFC 3339 in UTC, phone numbers E.164.\n\n\
A success is `{\"success\": true, \"data\": …}`; a failure is `{\"success\": false, \"errors\": [{code, message, field?}], \
\"traceId\"}` with all errors of the request at once. The status is that of the first error. Codes are stable; messages \
are in Arabic or English by `Accept-Language`.\n\n\
What belongs to another tenant answers exactly like what does not exist.\n";

/// All endpoints, in the order of their contexts.
pub(super) fn endpoints<'a>(
    contexts: &'a [&'a Context],
) -> impl Iterator<Item = (&'a Context, &'static Function, &'static Http)> {
    contexts.iter().flat_map(|context| {
        context.functions.iter().filter_map(move |function| Some((*context, function, function.http()?)))
    })
}

fn failure_schemas() -> Mapping {
    let codes: Vec<Value> = Code::ALL.iter().map(|code| code.as_str().into()).collect();
    let text = |description: &str| map! { "type" => "string", "description" => description };
    let failure = map! {
        "type" => "object",
        "description" => "A request that did not succeed, with everything that is wrong with it.",
        "required" => list!["success", "errors", "traceId"],
        "properties" => map! {
            "success" => map! { "type" => "boolean", "description" => "`false`" },
            "errors" => map! {
                "type" => "array",
                "minItems" => 1,
                "items" => map! { "$ref" => "#/components/schemas/Fault" },
            },
            "traceId" => text("The request's X-Correlation-Id: what to tell support."),
        },
    };
    let fault = map! {
        "type" => "object",
        "description" => "One thing that is wrong with a request.",
        "required" => list!["code", "message"],
        "properties" => map! {
            "code" => map! { "$ref" => "#/components/schemas/ErrorCode" },
            "message" => text("For people, in the language of the request."),
            "field" => text("The place in the body, for example `patients[3].phoneNumber`, or the parameter."),
            "id" => text("What stands in the way, for example the patient who has that number."),
        },
    };
    let code = map! { "type" => "string", "description" => "A stable error code.", "enum" => codes };
    let mut schemas = Mapping::new();
    schemas.insert("Failure".into(), failure);
    schemas.insert("Fault".into(), fault);
    schemas.insert("ErrorCode".into(), code);
    schemas
}

fn parameters() -> Value {
    let header = |name: &str, description: &str, schema: Value| {
        map! { "name" => name, "in" => "header", "required" => false, "description" => description, "schema" => schema }
    };
    let string = || map! { "type" => "string" };
    map! {
        "CorrelationId" => header(
            "X-Correlation-Id",
            "Ties together all that this request causes; made if it is absent or not of this form.",
            map! { "type" => "string", "pattern" => "^[A-Za-z0-9._:-]{1,128}$" },
        ),
        "AcceptLanguage" => header("Accept-Language", "The language of messages: `ar`, the default, or `en`.", string()),
        "IdempotencyKey" => header(
            "Idempotency-Key",
            "Makes the request safe to repeat: for 48 hours the same key and body give the first answer.",
            map! { "type" => "string", "pattern" => "^[!-~]{1,200}$" },
        ),
        "IfMatch" => header(
            "If-Match",
            "The version that was read; the request fails with StaleVersion if another one stands.",
            map! { "type" => "string", "pattern" => "^(\\*|\"?[0-9]+\"?)$" },
        ),
    }
}

fn headers() -> Value {
    map! {
        "CorrelationId" => map! {
            "description" => "What ties together all that this request caused.",
            "schema" => map! { "type" => "string" },
        },
        "RetryAfter" => map! {
            "description" => "Seconds after which another try makes sense.",
            "schema" => map! { "type" => "integer", "minimum" => 0 },
        },
        "SetCookie" => map! {
            "description" => "The refresh token, or the end of it.",
            "schema" => map! { "type" => "string" },
        },
    }
}

fn examples(codes: &BTreeSet<Code>) -> Value {
    let example = |code: &Code| {
        let english = code.text(Language::En);
        let value = map! {
            "success" => false,
            "errors" => list![map! { "code" => code.as_str(), "message" => english }],
            "traceId" => "req_0example",
        };
        (code.as_str().into(), map! { "summary" => english, "value" => value })
    };
    Value::Mapping(codes.iter().map(example).collect())
}

fn security_schemes() -> Value {
    map! {
        "accessToken" => map! {
            "type" => "http",
            "scheme" => "bearer",
            "bearerFormat" => "JWT",
            "description" => "The access token of sign-up, login or refresh; valid for 15 minutes.",
        },
        "refreshCookie" => map! {
            "type" => "apiKey",
            "in" => "cookie",
            "name" => "__Secure-refresh",
            "description" => "The refresh token, which browsers send by themselves.",
        },
        "signature" => map! {
            "type" => "apiKey",
            "in" => "header",
            "name" => "X-Hub-Signature-256",
            "description" => "`sha256=` and the HMAC-SHA256 of the body with the clinic's app secret, in hexadecimal.",
        },
    }
}

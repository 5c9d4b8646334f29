//! One operation of the API's contract.

use std::collections::{BTreeMap, BTreeSet};

use dawr_api::{
    code::Code,
    function::{Context, Function, Http, Input, Requires, Secret, Source, Verb},
    reply::CSV,
    role::Role,
};
use serde_json::Value as Json;
use serde_norway::{Mapping, Value};

use super::{
    super::yaml::{from_json, list, map},
    errors,
    schemas::{Schemas, without_null},
};

/// An endpoint on its way into the contract.
pub(super) struct Operation<'a> {
    pub(super) context: &'a Context,
    pub(super) function: &'static Function,
    pub(super) http: &'static Http,
    pub(super) schemas: &'a Schemas,
}

impl Operation<'_> {
    /// All its errors.
    pub(super) fn codes(&self) -> BTreeSet<Code> {
        errors::codes(self.function, self.http, self.schemas)
    }

    /// As the contract has it.
    pub(super) fn value(&self) -> Value {
        let text = self.function.summary.split_whitespace().collect::<Vec<_>>().join(" ");
        let summary = text.split_inclusive(". ").next().unwrap_or_default().trim().trim_end_matches('.');
        let codes = self.codes();
        let mut operation = Mapping::new();
        let mut set = |key: &str, value: Value| operation.insert(key.into(), value);
        set("operationId", operation_id(self.function.name).into());
        set("tags", list![self.context.name]);
        set("summary", summary.into());
        set("description", text.as_str().into());
        set("security", self.security());
        if let Requires::Permission(permission) = self.http.requires {
            let roles = Role::ALL.iter().filter(|role| role.has(permission));
            set("x-permission", permission.as_str().into());
            set("x-roles", Value::Sequence(roles.map(|role| role.as_str().into()).collect()));
        }
        set("parameters", Value::Sequence(self.parameters()));
        if let Some(body) = self.http.inputs.iter().find_map(|input| self.body(input)) {
            set("requestBody", body);
        }
        set("responses", self.responses(&codes));
        set("x-error-codes", Value::Sequence(codes.iter().map(|code| code.as_str().into()).collect()));
        Value::Mapping(operation)
    }

    fn security(&self) -> Value {
        match self.http.requires {
            Requires::Nothing => Value::Sequence(Vec::new()),
            Requires::RefreshCookie => list![map! { "refreshCookie" => Vec::<Value>::new() }],
            Requires::Signature => list![map! { "signature" => Vec::<Value>::new() }],
            Requires::SignedIn | Requires::Account | Requires::Oneself | Requires::Member | Requires::Permission(_) => {
                list![map! { "accessToken" => Vec::<Value>::new() }]
            }
        }
    }

    fn parameters(&self) -> Vec<Value> {
        let shared = |name: &str| map! { "$ref" => format!("#/components/parameters/{name}") };
        let mut parameters: Vec<Value> = self.http.inputs.iter().flat_map(|input| self.named(input)).collect();
        parameters.extend(["CorrelationId", "AcceptLanguage"].map(shared));
        if self.http.idempotent {
            parameters.push(shared("IdempotencyKey"));
        }
        if self.http.takes_version() {
            parameters.push(shared("IfMatch"));
        }
        parameters
    }

    /// The parameters of a path or a query.
    fn named(&self, input: &Input) -> Vec<Value> {
        let place = match input.source {
            Source::Path => "path",
            Source::Query => "query",
            Source::Body | Source::OptionalBody | Source::Raw => return Vec::new(),
        };
        let schema = self.schemas.resolve(self.schemas.input(self.function, input.source));
        let required: Vec<&str> =
            schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
        let properties: BTreeMap<_, _> =
            schema.get("properties").and_then(Json::as_object).into_iter().flatten().collect();
        let parameter = |(name, schema): (&String, &Json)| {
            let schema = without_null(schema);
            let described = schema.get("description").or_else(|| self.schemas.resolve(&schema).get("description"));
            let mut parameter = Mapping::new();
            parameter.insert("name".into(), name.as_str().into());
            parameter.insert("in".into(), place.into());
            parameter.insert("required".into(), (place == "path" || required.contains(&name.as_str())).into());
            if let Some(description) = described.and_then(Json::as_str) {
                parameter.insert("description".into(), description.into());
            }
            parameter.insert("schema".into(), from_json(&schema));
            Value::Mapping(parameter)
        };
        properties.into_iter().map(parameter).collect()
    }

    fn body(&self, input: &Input) -> Option<Value> {
        let required = match input.source {
            Source::Body => true,
            Source::OptionalBody => false,
            // A request that is read whole for its headers alone has no body.
            Source::Raw if self.http.method == Verb::Get => return None,
            Source::Raw => return Some(raw_body(self.http.requires)),
            Source::Path | Source::Query => return None,
        };
        let schema = from_json(self.schemas.input(self.function, input.source));
        Some(map! { "required" => required, "content" => map! { "application/json" => map! { "schema" => schema } } })
    }

    fn responses(&self, codes: &BTreeSet<Code>) -> Value {
        let mut responses = Mapping::new();
        responses.insert(self.http.status.to_string().into(), self.success());
        let mut statuses: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in codes {
            statuses.entry(code.status().as_u16()).or_default().push(*code);
        }
        for (status, codes) in statuses {
            responses.insert(status.to_string().into(), failure(&codes));
        }
        Value::Mapping(responses)
    }

    fn success(&self) -> Value {
        let mut headers = correlation();
        let signs = self.function.access.secrets.contains(&Secret::SigningKey);
        // Whoever is given a token for what they may do has their cookie already.
        let signs_in = signs && !matches!(self.http.requires, Requires::Permission(_));
        if signs_in || self.http.requires == Requires::RefreshCookie {
            headers.insert("Set-Cookie".into(), map! { "$ref" => "#/components/headers/SetCookie" });
        }
        if self.http.media == CSV {
            let next = "What to send as `page` for the next part; absent on the last one.";
            headers
                .insert("X-Next-Page".into(), map! { "description" => next, "schema" => map! { "type" => "string" } });
        }
        let content = match self.http.output {
            Some(_) => map! { "application/json" => map! { "schema" => map! {
                "type" => "object",
                "required" => list!["success", "data"],
                "properties" => map! {
                    "success" => map! { "type" => "boolean", "description" => "`true`" },
                    "data" => from_json(self.schemas.output(self.function)),
                },
            } } },
            None if self.http.status == 204 => {
                return map! { "description" => "Done", "headers" => headers };
            }
            None => map! { self.http.media => map! { "schema" => map! { "type" => "string" } } },
        };
        let description = match self.http.status {
            201 => "Created",
            202 => "Accepted: the work goes on after the answer",
            _ => "Done",
        };
        map! { "description" => description, "headers" => headers, "content" => content }
    }
}

fn correlation() -> Mapping {
    let mut headers = Mapping::new();
    headers.insert("X-Correlation-Id".into(), map! { "$ref" => "#/components/headers/CorrelationId" });
    headers
}

fn failure(codes: &[Code]) -> Value {
    let mut headers = correlation();
    if codes.iter().any(|code| matches!(code, Code::StillRunning | Code::TooManyRequests | Code::Unavailable)) {
        headers.insert("Retry-After".into(), map! { "$ref" => "#/components/headers/RetryAfter" });
    }
    let example =
        |code: &Code| (code.as_str().into(), map! { "$ref" => format!("#/components/examples/{}", code.as_str()) });
    let examples: Mapping = codes.iter().map(example).collect();
    let content = map! {
        "schema" => map! { "$ref" => "#/components/schemas/Failure" },
        "examples" => examples,
    };
    map! {
        "description" => codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", "),
        "headers" => headers,
        "content" => map! { "application/json" => content },
    }
}

/// A body that is taken as it is: a provider's callback, or a file.
fn raw_body(requires: Requires) -> Value {
    if requires == Requires::Signature {
        let callback = map! { "schema" => map! { "type" => "object" } };
        return map! { "required" => true, "content" => map! { "application/json" => callback } };
    }
    // 3.1 would have bytes without a schema, or with a `contentMediaType` alone: then generated clients leave the file out.
    let bytes = || map! { "type" => "string", "format" => "binary", "description" => "The file." };
    let form = map! { "schema" => map! {
        "type" => "object",
        "required" => list!["file"],
        "properties" => map! { "file" => bytes() },
    } };
    map! {
        "required" => true,
        "content" => map! {
            "multipart/form-data" => form,
            "text/csv" => map! { "schema" => bytes() },
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => map! { "schema" => bytes() },
            "application/octet-stream" => map! { "schema" => bytes() },
        },
    }
}

/// `create_queue` as clients name it: `createQueue`.
fn operation_id(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut id, word| {
        let mut letters = word.chars();
        id.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        id.push_str(letters.as_str());
        id
    })
}

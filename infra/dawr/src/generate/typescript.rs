//! `web/src/api/generated.ts`: what the web app may call, read off the API's contract.
//!
//! Each endpoint is a constant of its own, so that a page carries only those that it calls, and its type says what it takes,
//! what it answers and which errors are its own.

use anyhow::{Context as _, bail};
use serde_norway::{Mapping, Value};

use super::MARK;

const PREFIX: &str = "#/components/schemas/";

/// Schemas that the client itself knows: they are around every answer.
const ENVELOPE: [&str; 2] = ["Failure", "Fault"];

/// Names of endpoints that TypeScript keeps for itself; their constants end in `_`.
const KEYWORDS: [&str; 8] = ["delete", "do", "export", "import", "new", "return", "switch", "with"];

const HEAD: &str = r#"
/** What an endpoint takes and gives. */
export interface Signature {
  path: object;
  query: object;
  body: unknown;
  answer: unknown;
  errors: ErrorCode;
}

/** How an endpoint is called. Its signature is for the compiler alone. */
export interface Endpoint<S extends Signature> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Whether it takes an Idempotency-Key, so that asking again does nothing twice. */
  readonly idempotent?: true;
  /** Whether it takes the version that was read, as If-Match. */
  readonly versioned?: true;
  readonly signature?: S;
}
"#;

/// The module.
///
/// # Errors
/// If the contract has a form that is not known here.
pub(super) fn module(contract: &Value) -> anyhow::Result<String> {
    let mut out = format!("// {MARK}\n{HEAD}\n");
    for (name, schema) in entries(at(contract, &["components", "schemas"])) {
        if !ENVELOPE.contains(&name) {
            out.push_str(&declaration(name, schema).with_context(|| name.to_owned())?);
        }
    }
    for (path, methods) in entries(&contract["paths"]) {
        for (method, operation) in entries(methods) {
            out.push_str(&endpoint(path, method, operation).with_context(|| format!("{method} {path}"))?);
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    Ok(out)
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_mapping().into_iter().flat_map(Mapping::iter).filter_map(|(key, value)| Some((key.as_str()?, value)))
}

/// What stands at a place; null if nothing does.
fn at<'a>(value: &'a Value, place: &[&str]) -> &'a Value {
    place.iter().fold(value, |value, key| value.get(*key).unwrap_or(&Value::Null))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_sequence().into_iter().flatten()
}

/// A named type.
fn declaration(name: &str, schema: &Value) -> anyhow::Result<String> {
    let doc = doc(schema, "");
    if schema.get("properties").is_some() {
        return Ok(format!("{doc}export interface {name} {}\n\n", object(schema, "")?));
    }
    Ok(format!("{doc}export type {name} = {};\n\n", kind(schema, "")?))
}

/// An endpoint: its signature and how it is called.
fn endpoint(path: &str, method: &str, operation: &Value) -> anyhow::Result<String> {
    let id = operation["operationId"].as_str().context("it has no name")?;
    let signature = capitalised(id);
    let (mut notes, mut takes) = (String::new(), [String::new(), String::new()]);
    for parameter in items(&operation["parameters"]) {
        match parameter.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()) {
            Some("IdempotencyKey") => notes.push_str(", idempotent: true"),
            Some("IfMatch") => notes.push_str(", versioned: true"),
            Some(_) => {}
            None => {
                let [in_path, in_query] = &mut takes;
                let place = if parameter["in"] == "path" { in_path } else { in_query };
                let optional = if parameter["required"] == true { "" } else { "?" };
                let name = parameter["name"].as_str().context("a parameter has no name")?;
                place.push_str(&doc(parameter, "    "));
                place.push_str(&format!("    {}{optional}: {};\n", key(name), kind(&parameter["schema"], "    ")?));
            }
        }
    }
    let [in_path, in_query] = takes
        .map(|fields| if fields.is_empty() { "Record<never, never>".to_owned() } else { format!("{{\n{fields}  }}") });
    let errors: Vec<String> = items(&operation["x-error-codes"]).filter_map(quoted).collect();
    let doc = doc(operation, "");
    let method = method.to_uppercase();
    let constant = if KEYWORDS.contains(&id) { format!("{id}_") } else { id.to_owned() };
    Ok(format!(
        "export interface {signature}Signature extends Signature {{\n  path: {in_path};\n  query: {in_query};\n  \
         body: {};\n  answer: {};\n  errors: {};\n}}\n\n{doc}export const {constant}: Endpoint<{signature}Signature> = {{ method: \
         \"{method}\", path: \"{path}\"{notes} }};\n\n",
        body(&operation["requestBody"])?,
        answer(&operation["responses"])?,
        errors.join(" | "),
    ))
}

fn body(request: &Value) -> anyhow::Result<String> {
    let Some(content) = request.get("content") else {
        return Ok("undefined".to_owned());
    };
    let Some(json) = content.get("application/json") else {
        return Ok("Blob".to_owned());
    };
    let kind = kind(&json["schema"], "  ")?;
    Ok(if request["required"] == true { kind } else { format!("{kind} | undefined") })
}

fn answer(responses: &Value) -> anyhow::Result<String> {
    let good = entries(responses).find(|(status, _)| status.starts_with('2')).context("it has no answer")?.1;
    match good.get("content") {
        None => Ok("undefined".to_owned()),
        Some(content) => match content.get("application/json") {
            // Around the answer is the envelope; what is not in it is an answer of its own.
            Some(json) => match at(json, &["schema", "properties"]).get("data") {
                Some(data) => kind(data, "  "),
                None => kind(&json["schema"], "  "),
            },
            None => Ok("string".to_owned()),
        },
    }
}

/// A schema as a type.
fn kind(schema: &Value, indent: &str) -> anyhow::Result<String> {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return Ok(target.strip_prefix(PREFIX).context("a reference leads elsewhere")?.to_owned());
    }
    if let Some(choices) = schema.get("anyOf") {
        let kinds: Vec<String> = items(choices).map(|choice| kind(choice, indent)).collect::<anyhow::Result<_>>()?;
        return Ok(kinds.join(" | "));
    }
    if let Some(values) = schema.get("enum") {
        let values: Vec<String> = items(values).filter_map(quoted).collect();
        return Ok(values.join(" | "));
    }
    match &schema["type"] {
        Value::Sequence(kinds) => {
            let kinds = kinds.iter().filter_map(Value::as_str).map(|name| named(name, schema, indent));
            Ok(kinds.collect::<anyhow::Result<Vec<_>>>()?.join(" | "))
        }
        Value::String(name) => named(name, schema, indent),
        _ => bail!("a schema is of no type: {schema:?}"),
    }
}

fn named(name: &str, schema: &Value, indent: &str) -> anyhow::Result<String> {
    Ok(match name {
        "string" if schema["format"] == "binary" => "Blob".to_owned(),
        "string" => "string".to_owned(),
        "integer" | "number" => "number".to_owned(),
        "boolean" => "boolean".to_owned(),
        "null" => "null".to_owned(),
        "array" => match kind(&schema["items"], indent)? {
            one if one.contains(['|', '{']) => format!("Array<{one}>"),
            one => format!("{one}[]"),
        },
        "object" if schema.get("properties").is_some() => object(schema, indent)?,
        "object" => match schema.get("additionalProperties").filter(|values| values.is_mapping()) {
            Some(values) => format!("Record<string, {}>", kind(values, indent)?),
            None => "Record<string, unknown>".to_owned(),
        },
        other => bail!("{other} is no type that is known here"),
    })
}

fn object(schema: &Value, indent: &str) -> anyhow::Result<String> {
    let inner = format!("{indent}  ");
    let mut out = "{\n".to_owned();
    for (name, property) in entries(&schema["properties"]) {
        let is_required = items(&schema["required"]).any(|required| required == name);
        let optional = if is_required { "" } else { "?" };
        out.push_str(&doc(property, &inner));
        out.push_str(&format!("{inner}{}{optional}: {};\n", key(name), kind(property, &inner)?));
    }
    Ok(out + indent + "}")
}

/// What a description says first, as a comment.
fn doc(described: &Value, indent: &str) -> String {
    let text = described.get("description").and_then(Value::as_str).unwrap_or_default();
    let first = text.split("\n\n").next().unwrap_or_default();
    let line = first.split_whitespace().collect::<Vec<_>>().join(" ").replace("*/", "*\u{200b}/");
    if line.is_empty() { String::new() } else { format!("{indent}/** {line} */\n") }
}

/// A field's name; in quotes if it is none that may go without.
fn key(name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}

fn quoted(value: &Value) -> Option<String> {
    Some(format!("\"{}\"", value.as_str()?))
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

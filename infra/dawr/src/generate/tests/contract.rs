use std::collections::BTreeSet;

use dawr_api::{code::Code, permission::Permission, role::Role};
use serde_norway::Value;

use super::{super::*, sample::CLINIC};

fn document(contexts: &[&Context]) -> Value {
    openapi::document(contexts).unwrap()
}

fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_mapping().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        let path = path.as_str().unwrap().to_owned();
        methods
            .as_mapping()
            .unwrap()
            .iter()
            .map(move |(method, operation)| (format!("{} {path}", method.as_str().unwrap()), operation.clone()))
    });
    operations.collect()
}

fn codes(operation: &Value) -> Vec<&str> {
    operation["x-error-codes"].as_sequence().unwrap().iter().map(|code| code.as_str().unwrap()).collect()
}

#[test]
fn every_error_code_of_an_operation_has_its_response() {
    let document = document(&[&CLINIC, CONTEXTS[0], CONTEXTS[1], CONTEXTS[2], CONTEXTS[3]]);
    for (name, operation) in operations(&document) {
        for code in codes(&operation) {
            let status = Code::ALL.iter().find(|known| known.as_str() == code).unwrap().status();
            let response = &operation["responses"][status.as_str()];
            let example = &response["content"]["application/json"]["examples"][code]["$ref"];
            assert_eq!(example.as_str(), Some(format!("#/components/examples/{code}").as_str()), "{name}");
            assert_eq!(document["components"]["examples"][code]["value"]["errors"][0]["code"], code);
        }
    }
}

#[test]
fn errors_follow_from_inputs_and_guard() {
    let document = document(&[&CLINIC]);
    let change = &document["paths"]["/api/beds/{bedId}"]["post"];
    for code in [
        "Unauthenticated",
        "Forbidden",
        "NotFound",
        "MalformedJson",
        "UnsupportedMediaType",
        "PayloadTooLarge",
        "Required",
        "UnknownField",
        "WrongType",
        "OutOfRange",
        "InvalidIdempotencyKey",
        "IdempotencyMismatch",
        "StillRunning",
        "InvalidVersion",
        "StaleVersion",
        "QueueEmpty",
        "Internal",
        "Unavailable",
    ] {
        assert!(codes(change).contains(&code), "{code}");
    }
    let list = codes(&document["paths"]["/api/beds"]["get"]);
    assert!(list.contains(&"InvalidPage") && list.contains(&"Required") && list.contains(&"InvalidFormat"));
    assert!(!list.contains(&"Forbidden") && !list.contains(&"NotFound") && !list.contains(&"MalformedJson"));
    assert_eq!(codes(&document["paths"]["/api/hooks"]["post"]), ["InvalidSignature", "Internal", "Unavailable"]);
}

#[test]
fn parameters_come_from_path_and_query() {
    let document = document(&[&CLINIC]);
    let list = document["paths"]["/api/beds"]["get"]["parameters"].as_sequence().unwrap();
    let named = |name: &str| list.iter().find(|parameter| parameter["name"] == name).unwrap();
    assert_eq!(named("free")["required"], true);
    assert_eq!(named("page")["required"], false);
    assert_eq!(named("page")["schema"]["type"], "string");
    let change = document["paths"]["/api/beds/{bedId}"]["post"]["parameters"].as_sequence().unwrap();
    assert_eq!(change[0]["in"], "path");
    assert_eq!(change[0]["description"], "Which bed.");
    assert!(change.iter().any(|parameter| parameter["$ref"] == "#/components/parameters/IdempotencyKey"));
    assert!(change.iter().any(|parameter| parameter["$ref"] == "#/components/parameters/IfMatch"));
}

#[test]
fn a_type_that_differs_on_its_way_in_has_a_name_of_its_own() {
    let document = document(&[&CLINIC]);
    let schemas = &document["components"]["schemas"];
    // On its way out a ward's number is always there, on its way in it may be left out; the bed mentions it.
    assert_eq!(schemas["Ward"]["required"][0], "number");
    assert!(schemas["WardInput"].get("required").is_none());
    let mentions = |name: &str| serde_norway::to_string(&schemas[name]).unwrap().contains("schemas/WardInput");
    assert!(mentions("BedInput") && !mentions("Bed"));
    // What only told of parameters is no schema of its own.
    assert!(schemas.get("BedsQuery").is_none());
}

/// Every schema below a part of the document, with the path to it.
fn schemas(part: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    const HOLDERS: [&str; 3] = ["schema", "items", "additionalProperties"];
    let Some(mapping) = part.as_mapping() else {
        let items = part.as_sequence().into_iter().flatten();
        return items.enumerate().for_each(|(n, item)| schemas(item, &format!("{at}/{n}"), found));
    };
    for (key, value) in mapping {
        let key = key.as_str().unwrap_or_default();
        let place = format!("{at}/{key}");
        match key {
            "properties" | "schemas" => {
                for (name, schema) in value.as_mapping().unwrap() {
                    found.push((format!("{place}/{}", name.as_str().unwrap()), schema.clone()));
                }
            }
            "anyOf" => found.extend(value.as_sequence().unwrap().iter().map(|choice| (place.clone(), choice.clone()))),
            key if HOLDERS.contains(&key) && !value.is_bool() => found.push((place.clone(), value.clone())),
            _ => {}
        }
        if !["example", "examples", "value"].contains(&key) {
            schemas(value, &place, found);
        }
    }
}

/// Generators of clients for Python, TypeScript and Kotlin were tried on what is allowed here (docs/adr/0018).
#[test]
fn every_schema_is_of_a_form_that_generators_read_rightly() {
    let document = document(CONTEXTS);
    let mut found = Vec::new();
    schemas(&document, "", &mut found);
    assert!(found.len() > 500, "{}", found.len());
    for (at, schema) in found {
        for form in ["const", "oneOf", "allOf", "not", "if", "$defs", "contentMediaType", "nullable", "prefixItems"] {
            assert!(schema.get(form).is_none(), "{at}: {form}");
        }
        let is_null = |schema: &&Value| schema["type"] == "null";
        if let Some(choices) = schema.get("anyOf") {
            let choices = choices.as_sequence().unwrap();
            let nullable = choices.len() == 2 && choices.iter().filter(is_null).count() == 1;
            // All clinics or some: the one value that has two forms.
            assert!(nullable || at.ends_with("/Coverage"), "{at}: {choices:?}");
            continue;
        }
        let kinds = schema.get("type").and_then(Value::as_sequence);
        assert!(kinds.is_none_or(|kinds| kinds.len() == 2 && kinds[1] == "null"), "{at}: {kinds:?}");
        assert!(schema.get("$ref").is_some() || schema.get("type").is_some(), "{at} is of no type");
        if let Some(values) = schema.get("enum") {
            let texts = values.as_sequence().unwrap().iter().all(Value::is_string);
            assert!(texts && schema["type"] == "string", "{at}: {values:?}");
        }
        assert!(schema["type"] != "array" || schema.get("items").is_some(), "{at} is a list of anything");
    }
}

#[test]
fn no_schema_takes_the_name_of_what_languages_have() {
    let document = document(CONTEXTS);
    let taken = [
        "Any",
        "Array",
        "Boolean",
        "Date",
        "Double",
        "Error",
        "Event",
        "Exception",
        "Float",
        "Function",
        "Int",
        "Integer",
        "List",
        "Long",
        "Map",
        "None",
        "Nothing",
        "Number",
        "Object",
        "Promise",
        "Record",
        "Request",
        "Response",
        "Result",
        "Set",
        "String",
        "Symbol",
        "Type",
        "Unit",
    ];
    for name in document["components"]["schemas"].as_mapping().unwrap().keys() {
        assert!(!taken.contains(&name.as_str().unwrap()), "{name:?}");
    }
}

#[test]
fn every_parameter_is_described() {
    let document = document(CONTEXTS);
    for (name, operation) in operations(&document) {
        for parameter in operation["parameters"].as_sequence().unwrap() {
            let described = parameter.get("$ref").is_some() || parameter.get("description").is_some();
            assert!(described, "{name}: {parameter:?}");
        }
    }
}

#[test]
fn a_file_is_bytes() {
    let document = document(CONTEXTS);
    let content = &document["paths"]["/api/patients/bulk-upload"]["post"]["requestBody"]["content"];
    let file = &content["multipart/form-data"]["schema"]["properties"]["file"];
    for schema in [file, &content["text/csv"]["schema"]] {
        assert_eq!((&schema["type"], &schema["format"]), (&Value::from("string"), &Value::from("binary")));
    }
}

#[test]
fn operations_are_named_once() {
    let document = document(CONTEXTS);
    let ids: Vec<_> =
        operations(&document).into_iter().map(|(_, operation)| operation["operationId"].clone()).collect();
    let distinct: BTreeSet<_> = ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), distinct.len());
}

#[test]
fn every_permission_names_its_roles() {
    let document = document(&[&CLINIC]);
    let change = &document["paths"]["/api/beds/{bedId}"]["post"];
    assert_eq!(change["x-permission"], "queues:delete");
    let roles = Role::ALL.iter().filter(|role| role.has(Permission::QueueDelete)).count();
    assert_eq!(change["x-roles"].as_sequence().unwrap().len(), roles);
}

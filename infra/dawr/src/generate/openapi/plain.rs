//! The forms of schemas that generators of clients read rightly.
//!
//! JSON Schema says the same thing in many ways, and generators know few of them: of an enum whose values are documented one
//! by one (`oneOf` of a `const` each) they make classes that no answer fits, and a boolean constant is an enum to them that
//! no boolean is read as. Values are a plain `enum`, and what each of them means stands in the description.

use serde_json::{Map, Value as Json, json};

/// Brings a schema, and all that it contains, to plain forms.
pub(super) fn plain(schema: &mut Json) {
    match schema {
        Json::Object(object) => {
            choices(object);
            constant(object);
            object.values_mut().for_each(plain);
        }
        Json::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

/// Values that are documented one by one.
fn choices(object: &mut Map<String, Json>) {
    let Some(choices) = object.get("oneOf").and_then(Json::as_array) else { return };
    let Some(values) = choices.iter().map(values_of).collect::<Option<Vec<_>>>() else { return };
    let meaning = |(value, text): &(String, Option<String>)| text.as_ref().map(|text| format!("* `{value}`: {text}"));
    let values = values.concat();
    let meanings = values.iter().filter_map(meaning).collect::<Vec<_>>().join("\n");
    let text = object.get("description").and_then(Json::as_str).unwrap_or_default();
    let parts = [text, &meanings].into_iter().filter(|part| !part.is_empty());
    let text = parts.collect::<Vec<_>>().join("\n\n");
    object.remove("oneOf");
    object.insert("type".to_owned(), json!("string"));
    object.insert("enum".to_owned(), values.iter().map(|(value, _)| value.as_str()).collect());
    if !text.is_empty() {
        object.insert("description".to_owned(), text.into());
    }
}

/// The values of one choice, with what they mean; none if it is more than values.
fn values_of(choice: &Json) -> Option<Vec<(String, Option<String>)>> {
    let one = choice.get("const").map(std::slice::from_ref);
    let values = one.or_else(|| choice.get("enum")?.as_array().map(Vec::as_slice))?;
    let text = choice.get("description").and_then(Json::as_str).map(one_line);
    values.iter().map(|value| Some((value.as_str()?.to_owned(), text.clone()))).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value that is always the same.
fn constant(object: &mut Map<String, Json>) {
    match object.get("const") {
        Some(Json::String(_)) => {
            let value = object.remove("const");
            object.insert("enum".to_owned(), Json::Array(value.into_iter().collect()));
        }
        Some(Json::Bool(_)) => {
            object.remove("const");
            object.insert("type".to_owned(), json!("boolean"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_values_are_an_enum() {
        let mut schema = json!({ "items": {
            "description": "How far it is.",
            "oneOf": [
                { "type": "string", "description": "A worker\nmakes it.", "const": "making" },
                { "type": "string", "enum": ["made", "gone"] },
            ],
        } });
        plain(&mut schema);
        let expected = json!({ "items": {
            "type": "string",
            "description": "How far it is.\n\n* `making`: A worker makes it.",
            "enum": ["making", "made", "gone"],
        } });
        assert_eq!(schema, expected);
    }

    #[test]
    fn what_is_more_than_values_stays() {
        let schema = json!({ "oneOf": [{ "const": "all", "type": "string" }, { "type": "array", "items": {} }] });
        let mut same = schema.clone();
        choices(same.as_object_mut().unwrap());
        assert_eq!(same, schema);
    }
}

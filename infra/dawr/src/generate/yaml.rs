//! YAML values in the order in which they are written, and CloudFormation's functions.

use serde_norway::{
    Mapping, Value,
    value::{Tag, TaggedValue},
};

/// A mapping that keeps its order.
macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {{
        #[allow(unused_mut, reason = "an empty mapping")]
        let mut mapping = serde_norway::Mapping::new();
        $(mapping.insert(serde_norway::Value::from($key), serde_norway::Value::from($value));)*
        serde_norway::Value::Mapping(mapping)
    }};
}
pub(super) use map;

/// A list of values of different kinds.
macro_rules! list {
    ($($value:expr),* $(,)?) => { serde_norway::Value::Sequence(vec![$(serde_norway::Value::from($value)),*]) };
}
pub(super) use list;

fn tagged(tag: &str, value: impl Into<Value>) -> Value {
    Value::Tagged(Box::new(TaggedValue { tag: Tag::new(tag), value: value.into() }))
}

/// `!Ref`: a parameter's value, or a resource's name.
pub(super) fn reference(name: &str) -> Value {
    tagged("Ref", name)
}

/// `!Sub`: a text with `${…}` in it.
pub(super) fn sub(text: impl Into<String>) -> Value {
    tagged("Sub", text.into())
}

/// `!GetAtt`: an attribute of a resource.
pub(super) fn attribute(resource: &str, attribute: &str) -> Value {
    tagged("GetAtt", format!("{resource}.{attribute}"))
}

/// `!If`: one value or another, by a condition of the template.
pub(super) fn choice(condition: &str, then: impl Into<Value>, otherwise: impl Into<Value>) -> Value {
    tagged("If", list![condition, then.into(), otherwise.into()])
}

/// A value where a condition of the template holds, and nothing elsewhere.
pub(super) fn only_if(condition: &str, value: impl Into<Value>) -> Value {
    choice(condition, value, reference("AWS::NoValue"))
}

/// `!Equals`: whether a parameter has this value.
pub(super) fn equals(parameter: &str, value: &str) -> Value {
    tagged("Equals", list![reference(parameter), value])
}

/// `!Not` of another condition.
pub(super) fn not(condition: Value) -> Value {
    tagged("Not", list![condition])
}

/// Puts what `further` has behind what `value` has. Both are mappings; a key of both takes the later value.
pub(super) fn merge(value: Value, further: Value) -> Value {
    let mut mapping: Mapping = value.as_mapping().cloned().unwrap_or_default();
    mapping.extend(further.as_mapping().cloned().unwrap_or_default());
    Value::Mapping(mapping)
}

/// A value of `serde_json` with the keys of every object sorted: their order there depends on how it was built.
pub(super) fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(Value::from)
            .or_else(|| number.as_u64().map(Value::from))
            .or_else(|| number.as_f64().map(Value::from))
            .unwrap_or(Value::Null),
        serde_json::Value::Array(items) => Value::Sequence(items.iter().map(from_json).collect()),
        serde_json::Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(name, _)| (rank(name), name.as_str()));
            Value::Mapping(
                entries.into_iter().map(|(name, value)| (Value::from(name.as_str()), from_json(value))).collect(),
            )
        }
    }
}

/// What is read first stands first.
fn rank(name: &str) -> usize {
    const FIRST: &[&str] = &["$ref", "type", "title", "description", "format", "required", "properties"];
    FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len())
}

/// The text of a generated document.
///
/// # Errors
/// If a value cannot be written as YAML.
pub(super) fn text(value: &Value) -> anyhow::Result<String> {
    Ok(format!("# {}\n{}", super::MARK, serde_norway::to_string(value)?))
}

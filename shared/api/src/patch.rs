//! Fields of a change: what is left out stays, what is null is removed.

use deserr::{DeserializeError, Deserr, IntoValue, Value, ValuePointerRef};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A field of a change that may be left out, null or a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Left out: it stays as it is.
    #[default]
    Keep,
    /// Null: it is removed.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Patch<T> {
    /// The same of what is made of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// The field as it shall be.
    pub fn apply(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T: Deserr<E>, E: DeserializeError> Deserr<E> for Patch<T> {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, location: ValuePointerRef<'_>) -> Result<Self, E> {
        match value {
            Value::Null => Ok(Self::Clear),
            value => T::deserialize_from_value(value, location).map(Self::Set),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn inline_schema() -> bool {
        Option::<T>::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }

    fn _schemars_private_is_option() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::failure::FieldErrors;

    #[derive(Debug, PartialEq, Deserr, JsonSchema)]
    #[deserr(error = FieldErrors, deny_unknown_fields)]
    struct Change {
        #[deserr(default)]
        room: Patch<String>,
    }

    #[test]
    fn left_out_null_and_a_value_differ() {
        let read = |value| deserr::deserialize::<Change, _, FieldErrors>(value).unwrap().room;
        assert_eq!(read(json!({})).apply(Some("1".into())), Some("1".into()));
        assert_eq!(read(json!({ "room": null })).apply(Some("1".into())), None);
        assert_eq!(read(json!({ "room": "2" })).apply(Some("1".into())), Some("2".into()));
        assert!(deserr::deserialize::<Change, _, FieldErrors>(json!({ "room": 3 })).is_err());
    }

    #[test]
    fn the_schema_says_that_it_may_be_left_out() {
        let schema = schemars::schema_for!(Change);
        assert_eq!(schema.get("required"), None);
    }
}

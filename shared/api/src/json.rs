//! Reading JSON without doubt about what it says: a name that an object has twice is refused. Readers differ in which of
//! the two they take, and so what one of them checked another one might not see.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// What is wrong with a text that should be JSON.
#[derive(Debug)]
pub enum JsonError {
    /// It is none.
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// An object has this name twice.
    Duplicate(String),
}

/// Reads a text that is one JSON value.
///
/// # Errors
/// [`JsonError`].
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let twice = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = Once(&twice).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match twice.into_inner() {
        Some(name) => JsonError::Duplicate(name),
        None => JsonError::Malformed { line: error.line(), column: error.column() },
    })
}

/// Reads a value in which every name stands once; else leaves the name here.
#[derive(Clone, Copy)]
struct Once<'a>(&'a RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            if object.contains_key(&name) {
                self.0.replace(Some(name));
                return Err(A::Error::custom("a name stands twice"));
            }
            object.insert(name, from.next_value_seed(self)?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_serde_json_reads() {
        for text in [
            "null",
            "true",
            "-7",
            "18446744073709551615",
            "1.5e3",
            r#""\u0627\n""#,
            "[]",
            r#"{"a":[{"b":null},{"b":[1,2]}],"c":{"a":"x"}}"#,
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_named() {
        for (text, twice) in [
            (r#"{"a":1,"a":1}"#, "a"),
            (r#"{"x":[{"role":"user","b":{},"role":"admin"}]}"#, "role"),
            (r#"{"a":{"b":1,"\u0062":2}}"#, "b"),
        ] {
            assert!(matches!(parse(text.as_bytes()), Err(JsonError::Duplicate(name)) if name == twice), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        assert!(matches!(parse(b"{\n\"a\":}"), Err(JsonError::Malformed { line: 2, column: 5 })));
        for text in ["", "{", "[1,]", "{} {}", "NaN", "1e400", "\"\u{7}\""] {
            assert!(matches!(parse(text.as_bytes()), Err(JsonError::Malformed { .. })), "{text}");
        }
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert!(matches!(parse(deep.as_bytes()), Err(JsonError::Malformed { .. })));
        assert!(matches!(parse(b"\"\xff\""), Err(JsonError::Malformed { .. })));
    }
}

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
    /// The number at this place, `patients[3].age`, is beyond all numbers.
    TooGreat(String),
}

/// Reads a text that is one JSON value.
///
/// # Errors
/// [`JsonError`].
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let progress = Progress::default();
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = Once(&progress).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match progress.twice.into_inner() {
        Some(name) => JsonError::Duplicate(name),
        // Its text is the only trace of which error it is.
        None if error.to_string().starts_with("number out of range") => {
            JsonError::TooGreat(progress.place.into_inner().concat().trim_start_matches('.').to_owned())
        }
        None => JsonError::Malformed { line: error.line(), column: error.column() },
    })
}

/// Where the reading is, and what it met.
#[derive(Default)]
struct Progress {
    /// A name that stands twice.
    twice: RefCell<Option<String>>,
    /// The steps from the whole to the value that is being read: `.patients`, `[3]`.
    place: RefCell<Vec<String>>,
}

impl Progress {
    /// Goes to a value and comes back, unless it cannot be read.
    fn at<T, E>(&self, step: String, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.place.borrow_mut().push(step);
        let value = read()?;
        self.place.borrow_mut().pop();
        Ok(value)
    }
}

/// A number that is an integer, as one; none if it has a fraction, or is beyond the integers that a number of 64 bits tells
/// apart.
pub fn integer(number: f64) -> Option<i64> {
    const LAST: f64 = 9_007_199_254_740_991.0;
    #[allow(clippy::cast_possible_truncation, reason = "an integer within the limits")]
    (number.fract() == 0.0 && number.abs() <= LAST).then_some(number as i64)
}

/// Reads a value in which every name stands once; else leaves the name here.
#[derive(Clone, Copy)]
struct Once<'a>(&'a Progress);

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

    /// JSON knows no integers beside its numbers: `10.0` and `1e1` are ten.
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(integer(value).map_or_else(|| value.into(), Value::from))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = self.0.at(format!("[{}]", items.len()), || from.next_element_seed(self))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            if object.contains_key(&name) {
                self.0.twice.replace(Some(name));
                return Err(A::Error::custom("a name stands twice"));
            }
            let value = self.0.at(format!(".{name}"), || from.next_value_seed(self))?;
            object.insert(name, value);
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
            "1.5",
            "-0.5e-3",
            "1e300",
            r#""\u0627\n""#,
            "[]",
            r#"{"a":[{"b":null},{"b":[1,2]}],"c":{"a":"x"}}"#,
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn a_number_without_a_fraction_is_an_integer() {
        for (text, number) in
            [("10.0", 10_i64), ("1e1", 10), ("-2.50e2", -250), ("-0.0", 0), ("1e15", 1_000_000_000_000_000)]
        {
            assert_eq!(parse(text.as_bytes()).unwrap(), Value::from(number), "{text}");
        }
        for (text, place) in [("1e400", ""), (r#"{"a":{"b":1},"c":[[2],{"d":-1E+999}]}"#, "c[1].d")] {
            assert!(matches!(parse(text.as_bytes()), Err(JsonError::TooGreat(at)) if at == place), "{text}");
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
        for text in ["", "{", "[1,]", "{} {}", "NaN", "\"\u{7}\""] {
            assert!(matches!(parse(text.as_bytes()), Err(JsonError::Malformed { .. })), "{text}");
        }
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert!(matches!(parse(deep.as_bytes()), Err(JsonError::Malformed { .. })));
        assert!(matches!(parse(b"\"\xff\""), Err(JsonError::Malformed { .. })));
    }
}

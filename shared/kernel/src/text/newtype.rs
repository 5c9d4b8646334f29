//! The macros that define validated texts.

/// How a type that has `FromStr<Err = Invalid>` is read from a string: in stored data, in request bodies and in the
/// schema.
#[doc(hidden)]
#[macro_export]
macro_rules! __from_string {
    ($name:ident, $schema:expr) => {
        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text =
                    <::std::borrow::Cow<'de, str> as $crate::__private::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err($crate::__private::serde::de::Error::custom)
            }
        }

        impl<E> $crate::__private::deserr::Deserr<E> for $name
        where
            E: $crate::__private::deserr::DeserializeError
                + $crate::__private::deserr::MergeWithError<$crate::text::Invalid>,
        {
            fn deserialize_from_value<V: $crate::__private::deserr::IntoValue>(
                value: $crate::__private::deserr::Value<V>,
                location: $crate::__private::deserr::ValuePointerRef,
            ) -> ::std::result::Result<Self, E> {
                use $crate::__private::deserr::{ErrorKind, Value, ValueKind, take_cf_content};
                match value {
                    Value::String(text) => {
                        text.parse().map_err(|invalid| take_cf_content(E::merge(None, invalid, location)))
                    }
                    actual => Err(take_cf_content(E::error(
                        None,
                        ErrorKind::IncorrectValueKind { actual, accepted: &[ValueKind::String] },
                        location,
                    ))),
                }
            }
        }

        impl $crate::__private::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::stringify!($name).into()
            }

            fn json_schema(
                _: &mut $crate::__private::schemars::SchemaGenerator,
            ) -> $crate::__private::schemars::Schema {
                $schema
            }
        }
    };
}

/// Gives a type that has `Display` and `FromStr<Err = Invalid>` its JSON form: a string.
#[macro_export]
macro_rules! json_string {
    ($name:ident, $schema:expr) => {
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        $crate::__from_string!($name, $schema);
    };
}

/// Gives a type that has a `fn(&str) -> Result<Self, Invalid>` and a method that shows its text the forms in which it
/// travels: `FromStr`, a string in stored data (serde, read through that function), a string in request bodies (deserr)
/// and a schema.
///
/// `string_newtype!(Slug, parse, as_str, json_schema!({ "type": "string" }));`
#[macro_export]
macro_rules! string_newtype {
    ($name:ident, $parse:ident, $text:ident, $schema:expr) => {
        impl ::std::str::FromStr for $name {
            type Err = $crate::text::Invalid;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                Self::$parse(text)
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$text())
            }
        }

        $crate::__from_string!($name, $schema);
    };
}

/// Defines a text type: trimmed, in NFC, within its length in characters, free of control and invisible characters
/// (see [`clean`](crate::text::clean)).
///
/// ```
/// dawr_kernel::text_type! {
///     /// A doctor's name, shown on the board.
///     pub DoctorName: public, single_line, 1..=120
/// }
/// dawr_kernel::text_type! {
///     /// What a patient wrote.
///     pub Reply: personal, multi_line, 1..=4096
/// }
/// assert_eq!(DoctorName::parse(" د. سارة ").map(|name| name.to_string()), Ok("د. سارة".to_owned()));
/// assert_eq!(Reply::parse("نعم").map(|reply| format!("{reply:?}")), Ok("Reply(…)".to_owned()));
/// ```
///
/// A `public` type has `Display`, `as_str` and a `Debug` that shows the text. A `personal` one shows it only through
/// `expose`, so that it cannot get into a log by accident.
#[macro_export]
macro_rules! text_type {
    ($(#[$meta:meta])* $vis:vis $name:ident: public, $lines:ident, $min:literal..=$max:literal) => {
        $crate::text_type!(@define [$(#[$meta])*] $vis $name as_str, $lines, $min, $max);

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(::std::stringify!($name)).field(&self.0).finish()
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis $name:ident: personal, $lines:ident, $min:literal..=$max:literal) => {
        $crate::text_type!(@define [$(#[$meta])*] $vis $name expose, $lines, $min, $max);

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(::std::concat!(::std::stringify!($name), "(…)"))
            }
        }
    };
    (@define [$(#[$meta:meta])*] $vis:vis $name:ident $text:ident, $lines:ident, $min:literal, $max:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(::std::string::String);

        impl $name {
            /// The fewest characters.
            $vis const MIN: usize = $min;
            /// The most characters.
            $vis const MAX: usize = $max;

            /// Accepts a text.
            ///
            /// # Errors
            /// Says why the text is refused.
            $vis fn parse(text: &str) -> ::std::result::Result<Self, $crate::text::Invalid> {
                $crate::text::clean(text, $crate::text_type!(@lines $lines), Self::MIN, Self::MAX).map(Self)
            }

            /// The text.
            $vis fn $text(&self) -> &str {
                &self.0
            }
        }

        $crate::string_newtype!($name, parse, $text, $crate::__private::schemars::json_schema!({
            "type": "string",
            "minLength": $min,
            "maxLength": $max,
            "pattern": $crate::text::pattern($crate::text_type!(@lines $lines), $min),
        }));
    };
    (@lines single_line) => { $crate::text::Lines::Single };
    (@lines multi_line) => { $crate::text::Lines::Multi };
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, ValuePointerRef};
    use serde_json::json;

    use crate::text::{Invalid, PersonName};

    text_type! {
        /// A word.
        Word: public, single_line, 2..=5
    }

    #[derive(Debug, PartialEq)]
    struct Code(&'static str);

    impl MergeWithError<Self> for Code {
        fn merge(_: Option<Self>, other: Self, _: ValuePointerRef) -> ControlFlow<Self, Self> {
            ControlFlow::Continue(other)
        }
    }

    impl MergeWithError<Invalid> for Code {
        fn merge(_: Option<Self>, other: Invalid, _: ValuePointerRef) -> ControlFlow<Self, Self> {
            ControlFlow::Continue(Self(other.code()))
        }
    }

    impl DeserializeError for Code {
        fn error<V: IntoValue>(_: Option<Self>, error: ErrorKind<V>, _: ValuePointerRef) -> ControlFlow<Self, Self> {
            ControlFlow::Continue(match error {
                ErrorKind::IncorrectValueKind { .. } => Self("WrongType"),
                _ => Self("Other"),
            })
        }
    }

    fn body(value: serde_json::Value) -> Result<Word, Code> {
        deserr::deserialize(value)
    }

    #[test]
    fn bodies_are_parsed() {
        assert_eq!(body(json!(" ab ")), Word::parse("ab").map_err(|_| Code("")));
        assert_eq!(body(json!("a")), Err(Code("TooShort")));
        assert_eq!(body(json!("abcdef")), Err(Code("TooLong")));
        assert_eq!(body(json!("a\u{202E}b")), Err(Code("InvalidCharacters")));
        assert_eq!(body(json!(12)), Err(Code("WrongType")));
        assert_eq!(body(json!(null)), Err(Code("WrongType")));
    }

    #[test]
    fn stored_texts_are_parsed() {
        let word = Word::parse("abc").unwrap();
        assert_eq!(serde_json::to_value(&word).unwrap(), json!("abc"));
        assert_eq!(serde_json::from_value::<Word>(json!("abc")).unwrap(), word);
        assert!(serde_json::from_value::<Word>(json!("a\0b")).is_err());
    }

    #[test]
    fn the_schema_has_the_limits() {
        let schema = schemars::schema_for!(Word);
        assert_eq!(schema.get("minLength"), Some(&json!(2)));
        assert_eq!(schema.get("maxLength"), Some(&json!(5)));
        assert_eq!(schema.get("type"), Some(&json!("string")));
    }

    #[test]
    fn personal_text_is_shown_only_on_purpose() {
        let name = PersonName::parse("سارة القحطاني").unwrap();
        assert_eq!(format!("{name:?}"), "PersonName(…)");
        assert_eq!(format!("{:?}", Some(&name)), "Some(PersonName(…))");
        assert_eq!(name.expose(), "سارة القحطاني");
        let error = serde_json::from_value::<PersonName>(json!("سارة\u{202E}")).unwrap_err().to_string();
        assert!(!error.contains("سارة"), "{error}");
        assert_eq!(format!("{:?} {}", Word::parse("abc").unwrap(), Word::parse("abc").unwrap()), "Word(\"abc\") abc");
    }
}

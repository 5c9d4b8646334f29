//! A request as an endpoint sees it, and how its inputs are read: all of their errors at once.

use std::collections::BTreeMap;

use deserr::Deserr;
use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use schemars::{JsonSchema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::{
    code::Code,
    failure::{Fault, FieldErrors, shown},
    json::{self, JsonError},
};

/// The largest body that is read, in bytes: below Lambda's limit of 6 MB, which counts base64 and the envelope.
pub const MAX_BODY: usize = 4 * 1024 * 1024;

/// A request.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The method.
    pub method: Method,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The parameters of the path, decoded.
    pub parameters: BTreeMap<String, String>,
    /// The query as it was sent.
    pub raw_query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, byte by byte as it was sent.
    pub body: Vec<u8>,
    /// The address that the request came from.
    pub address: String,
}

/// The schema of an input.
pub trait Schema {
    /// Makes it.
    fn schema(generator: &mut SchemaGenerator) -> schemars::Schema;
}

impl<T: JsonSchema> Schema for T {
    fn schema(generator: &mut SchemaGenerator) -> schemars::Schema {
        describe::<T>(generator)
    }
}

/// The schema of a type, where something reads it. A deployed function reads none: without the feature `describe` the
/// linker leaves all of it out, which is a tenth of a bootstrap.
#[cfg(feature = "describe")]
pub(crate) fn describe<T: JsonSchema>(generator: &mut SchemaGenerator) -> schemars::Schema {
    generator.subschema_for::<T>()
}

#[cfg(not(feature = "describe"))]
pub(crate) fn describe<T: JsonSchema>(_: &mut SchemaGenerator) -> schemars::Schema {
    schemars::Schema::default()
}

impl Incoming {
    /// A header's text; none if it is absent or not visible ASCII.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The query's parameters, decoded, in their order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let decode =
            |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().map(|text| text.into_owned());
        self.raw_query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(key, value)| (decode(key).unwrap_or_default(), decode(value).unwrap_or_else(|_| "\u{FFFD}".into())))
            .collect()
    }

    /// Reads the path's parameters. What is no id answers like an id that does not exist.
    pub fn path<T: Deserr<FieldErrors>>(&self, faults: &mut Vec<Fault>) -> Option<T> {
        let object = self.parameters.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
        let read = deserr::deserialize::<T, _, FieldErrors>(Value::Object(object));
        if read.is_err() {
            faults.push(Fault::new(Code::NotFound));
        }
        read.ok()
    }

    /// Reads the query. A parameter without a value has an empty one, which is no absence: `to=` asks for no list without an
    /// end.
    pub fn query<T: Deserr<FieldErrors>>(&self, faults: &mut Vec<Fault>) -> Option<T> {
        let mut object = Map::new();
        for (name, value) in self.query_pairs() {
            if object.insert(name.clone(), Value::String(value)).is_some() {
                faults.push(Fault::at(Code::TooMany, name));
            }
        }
        gather(deserr::deserialize::<T, _, FieldErrors>(Value::Object(object)), faults)
    }

    /// Reads a JSON body.
    pub fn body<T: Deserr<FieldErrors>>(&self, faults: &mut Vec<Fault>) -> Option<T> {
        match self.json() {
            Ok(value) => gather(deserr::deserialize::<T, _, FieldErrors>(value), faults),
            Err(fault) => {
                faults.push(fault);
                None
            }
        }
    }

    /// Reads a JSON body that may be left out: then it is an empty object.
    pub fn optional_body<T: Deserr<FieldErrors>>(&self, faults: &mut Vec<Fault>) -> Option<T> {
        if self.body.is_empty() {
            return gather(deserr::deserialize::<T, _, FieldErrors>(Value::Object(Map::new())), faults);
        }
        self.body(faults)
    }

    /// Takes the request as it is.
    pub fn raw<T: From<RawRequest>>(&self, faults: &mut Vec<Fault>) -> Option<T> {
        if self.body.len() > MAX_BODY {
            faults.push(Fault::new(Code::PayloadTooLarge));
            return None;
        }
        Some(T::from(RawRequest(self.clone())))
    }

    fn json(&self) -> Result<Value, Fault> {
        if self.body.len() > MAX_BODY {
            return Err(Fault::new(Code::PayloadTooLarge));
        }
        let kind = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Fault::new(Code::UnsupportedMediaType)
                .saying("The body must be sent as application/json.", "يجب إرسال الطلب بنوع application/json."));
        }
        json::parse(&self.body).map_err(|error| match error {
            JsonError::Malformed { line, column } => Fault::new(Code::MalformedJson).saying(
                format!("The body is not valid JSON (line {line}, column {column})."),
                format!("نص الطلب ليس JSON صالحًا (السطر {line}، العمود {column})."),
            ),
            JsonError::TooGreat(place) => Fault::at(Code::OutOfRange, shown(&place)),
            JsonError::Duplicate(name) => Fault::at(Code::MalformedJson, shown(&name))
                .saying("This name stands twice in one object.", "هذا الاسم مكرر في كائن واحد."),
        })
    }
}

/// A cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find_map(|(key, value)| (key == name).then_some(value))
}

fn gather<T>(read: Result<T, FieldErrors>, faults: &mut Vec<Fault>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(errors) => {
            faults.extend(errors.0);
            None
        }
    }
}

/// A request whose body is no JSON of ours: a file, or a callback whose bytes are signed.
#[derive(Debug, Clone)]
pub struct RawRequest(pub Incoming);

impl JsonSchema for RawRequest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RawRequest".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
        json_schema!({ "type": "string", "format": "binary" })
    }
}

/// A schema that says what it is of.
fn described(mut schema: schemars::Schema, text: &str) -> schemars::Schema {
    schema.insert("description".to_owned(), text.trim().into());
    schema
}

/// Defines a newtype of a query parameter: a value that arrives as text.
macro_rules! parameter {
    ($(#[doc = $doc:literal])+ $name:ident($inner:ty), $parse:expr, $schema:tt) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = dawr_kernel::text::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let parse: fn(&str) -> Result<$inner, dawr_kernel::text::Invalid> = $parse;
                parse(text).map(Self)
            }
        }

        dawr_kernel::json_string!($name, $crate::request::described(json_schema!($schema), concat!($($doc),+)));
    };
}

parameter!(
    /// How many items a page has: 1 to 200, 50 unless said.
    PageSize(u32),
    |text| {
        let out_of_range = dawr_kernel::text::Invalid::OutOfRange { min: 1, max: 200 };
        let number = serde_json::from_str::<serde_json::Number>(text).ok();
        let integer = number.and_then(|number| number.as_i64().or_else(|| number.as_f64().and_then(json::integer)));
        match integer.map(u32::try_from) {
            Some(Ok(size @ 1..=200)) => Ok(size),
            _ => Err(out_of_range),
        }
    },
    { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }
);

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

/// Which page of a list that is not narrowed further.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhichPage {
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

impl WhichPage {
    /// The token, unless it is the first page.
    pub fn token(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// How many items the page has.
    pub fn size(&self) -> u32 {
        self.page_size.map_or(PageSize::default().0, |size| size.0)
    }
}

parameter!(
    /// `true` or `false`.
    Flag(bool),
    |text| text.parse().map_err(|_| dawr_kernel::text::Invalid::InvalidFormat { expected: "true | false" }),
    { "type": "boolean" }
);

parameter!(
    /// A time, RFC 3339.
    Instant(jiff::Timestamp),
    |text| text.parse().map_err(|_| dawr_kernel::text::Invalid::InvalidFormat { expected: "2026-01-31T12:00:00Z" }),
    { "type": "string", "format": "date-time" }
);

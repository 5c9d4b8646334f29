//! Reads the control API's JSON bodies and collects everything that is wrong with one.

use std::str::FromStr;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::simulator::error::SimulatorError;
use crate::simulator::inbound;
use crate::simulator::person::Address;
use crate::simulator::phone::Phone;

pub(super) const NO_PERSON: &str =
    "must be an international phone number, such as +966501234567, or a user id, such as SA.13491208655302741918";
const NO_PHONE: &str = "must be an international phone number, such as +966501234567";

/// Why a request to the control API was not done.
pub(super) struct Refusal {
    status: StatusCode,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct FieldError {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Refusal {
    /// One field has a value that cannot be used.
    pub(super) fn invalid(field: &str, problem: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            errors: vec![FieldError {
                code: "InvalidField",
                message: format!("{field} {problem}"),
                field: Some(field.to_owned()),
            }],
        }
    }

    /// The body as a whole cannot be read.
    fn malformed(message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            errors: vec![FieldError { code: "MalformedBody", message: message.to_owned(), field: None }],
        }
    }

    /// A required field is missing; [`Fields::finish`] reports it by name before this is reached.
    pub(super) fn incomplete() -> Self {
        Self::malformed("the body is incomplete")
    }
}

impl From<SimulatorError> for Refusal {
    fn from(error: SimulatorError) -> Self {
        tracing::error!(%error, "the simulator could not do what it was asked");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            errors: vec![FieldError {
                code: "Internal",
                message: "the simulator's state could not be read or written".to_owned(),
                field: None,
            }],
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "success": false, "errors": self.errors }))).into_response()
    }
}

/// The fields of a JSON object, taken out one by one.
pub(super) struct Fields {
    values: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(values)) => Ok(Self { values, errors: Vec::new() }),
            Ok(_) => Err(Refusal::malformed("the body must be a JSON object")),
            Err(error) => Err(Refusal::malformed(&format!("the body is not valid JSON: {error}"))),
        }
    }

    /// Takes a text of 1 to `most` characters.
    pub(super) fn text(&mut self, field: &'static str, required: bool, most: usize) -> Option<String> {
        match self.take(field, required)? {
            Value::String(text) if text.trim().is_empty() => self.refuse(field, "must not be empty"),
            Value::String(text) if text.chars().count() > most => {
                self.refuse(field, &format!("must have at most {most} characters"))
            }
            Value::String(text) => Some(text),
            _ => self.refuse(field, "must be a text"),
        }
    }

    /// Takes a phone number in any international writing.
    pub(super) fn phone(&mut self, field: &'static str, required: bool) -> Option<Phone> {
        let text = self.text(field, required, 64)?;
        Phone::parse(&text).or_else(|| self.refuse(field, NO_PHONE))
    }

    /// Takes a phone number or a user id.
    pub(super) fn address(&mut self, field: &'static str, required: bool) -> Option<Address> {
        let text = self.text(field, required, 140)?;
        Address::parse(&text).or_else(|| self.refuse(field, NO_PERSON))
    }

    /// Takes a message in Meta's form.
    pub(super) fn message(&mut self, field: &'static str) -> Option<Map<String, Value>> {
        let message = self.object(field, false)?;
        match inbound::check(&message) {
            Ok(()) => Some(message),
            Err(problem) => self.refuse(field, &problem),
        }
    }

    /// Takes an object.
    pub(super) fn object(&mut self, field: &'static str, required: bool) -> Option<Map<String, Value>> {
        match self.take(field, required)? {
            Value::Object(object) => Some(object),
            _ => self.refuse(field, "must be an object"),
        }
    }

    /// Takes any value.
    pub(super) fn value(&mut self, field: &'static str, required: bool) -> Option<Value> {
        self.take(field, required)
    }

    /// Takes an optional yes or no.
    pub(super) fn flag(&mut self, field: &'static str) -> Option<bool> {
        match self.take(field, false)? {
            Value::Bool(flag) => Some(flag),
            _ => self.refuse(field, "must be true or false"),
        }
    }

    /// Refuses a field, unless it or one of the others in its place was refused already.
    pub(super) fn refuse_unless_refused(&mut self, field: &'static str, others: &[&str], problem: &str) {
        let is_one = |refused: &str| refused == field || others.contains(&refused);
        if !self.errors.iter().any(|error| error.field.as_deref().is_some_and(is_one)) {
            self.refuse::<()>(field, problem);
        }
    }

    /// Takes a text that reads as a `T`.
    pub(super) fn parsed<T>(&mut self, field: &'static str, required: bool) -> Option<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        match self.text(field, required, 64)?.parse() {
            Ok(value) => Some(value),
            Err(error) => self.refuse(field, &T::Err::to_string(&error)),
        }
    }

    /// Takes an optional whole number from 1 to `most`.
    pub(super) fn count(&mut self, field: &'static str, most: u32) -> Option<u32> {
        let value = self.take(field, false)?;
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
        match count.filter(|count| (1..=most).contains(count)) {
            Some(count) => Some(count),
            None => self.refuse(field, &format!("must be a whole number from 1 to {most}")),
        }
    }

    /// Refuses the body when a field was wrong, missing or unknown.
    pub(super) fn finish(mut self) -> Result<(), Refusal> {
        for field in self.values.keys() {
            let message = format!("{field} is not a field of this request");
            self.errors.push(FieldError { code: "UnknownField", message, field: Some(field.clone()) });
        }
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, errors: self.errors })
    }

    /// A field that is null is one that is not there.
    fn take(&mut self, field: &'static str, required: bool) -> Option<Value> {
        let value = self.values.remove(field).filter(|value| !value.is_null());
        if value.is_none() && required {
            let message = format!("{field} is required");
            self.errors.push(FieldError { code: "RequiredField", message, field: Some(field.to_owned()) });
        }
        value
    }

    /// Notes that a field has a value that cannot be used.
    pub(super) fn refuse<T>(&mut self, field: &'static str, problem: &str) -> Option<T> {
        let message = format!("{field} {problem}");
        self.errors.push(FieldError { code: "InvalidField", message, field: Some(field.to_owned()) });
        None
    }
}

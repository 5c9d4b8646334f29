//! An answer, and what holds for every one of them.

use dawr_api::{
    code::Code,
    function::{Function, Http},
};
use http::{HeaderMap, Response, header};
use serde_json::Value;

use crate::{documented, foreign_words};

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked.
    pub(crate) request: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
    /// The body as JSON; null if it is none.
    pub body: Value,
}

impl Answer {
    pub(crate) fn read(request: String, response: Response<String>) -> Self {
        let (parts, text) = response.into_parts();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self { request, status: parts.status.as_u16(), headers: parts.headers, text, body }
    }

    /// The data of a success; null if there is none.
    pub fn data(&self) -> Value {
        self.body.get("data").cloned().unwrap_or_default()
    }

    /// Each error's code and field; the field is empty for an error about the whole.
    pub fn errors(&self) -> Vec<(String, String)> {
        let text = |error: &Value, name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let errors = self.body.get("errors").and_then(Value::as_array).into_iter().flatten();
        errors.map(|error| (text(error, "code"), text(error, "field"))).collect()
    }

    /// The first error's code.
    pub fn code(&self) -> String {
        self.errors().into_iter().next().unwrap_or_default().0
    }

    /// A header's text; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The refresh cookie of this answer as the browser sends it back; none if none was set.
    pub fn cookie(&self) -> Option<String> {
        let (pair, _) = self.header(header::SET_COOKIE.as_str()).split_once(';')?;
        Some(pair.to_owned())
    }

    /// The cookie by which the browser is known again, as it sends it back.
    ///
    /// # Panics
    /// If none was set, or one that scripts or other sites could read.
    pub fn device(&self) -> String {
        let cookies = self.cookies();
        let device = cookies.iter().find(|cookie| cookie.starts_with("__Secure-device="));
        let device = device.unwrap_or_else(|| panic!("{} set no device", self.request));
        assert!(device.contains("HttpOnly; Secure; SameSite=Strict"), "{device}");
        device.split(';').next().unwrap_or_default().to_owned()
    }

    /// All cookies that this answer sets, with their attributes.
    pub fn cookies(&self) -> Vec<String> {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter();
        cookies.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
    }

    /// The body but for what differs from one request to the next.
    pub fn comparable(&self) -> (u16, Value) {
        let mut body = self.body.clone();
        if let Some(object) = body.as_object_mut() {
            object.remove("traceId");
        }
        (self.status, body)
    }

    /// Holds the answer against the promises that all answers of a function keep.
    pub(crate) fn check(&self, function: &Function) {
        let Some(http) = function.http() else { return };
        let context = || format!("{} answered {} {}", self.request, self.status, self.text);
        assert_eq!(self.header("cache-control"), "no-store", "{}", context());
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{}", context());
        assert!(!self.header("x-correlation-id").is_empty(), "{}", context());
        if self.status < 400 { self.check_success(http, context) } else { self.check_failure(function, context) }
    }

    fn check_success(&self, http: &Http, context: impl Fn() -> String) {
        assert_eq!(self.status, http.status, "{}", context());
        if http.output.is_some() {
            assert_eq!(self.body["success"], Value::Bool(true), "{}", context());
            assert!(self.body.get("data").is_some_and(Value::is_object), "{}", context());
            assert_eq!(self.body.as_object().map(serde_json::Map::len), Some(2), "{}", context());
        } else if self.status == 204 {
            assert!(self.text.is_empty(), "{}", context());
        }
    }

    fn check_failure(&self, function: &Function, context: impl Fn() -> String) {
        assert_eq!(self.body["success"], Value::Bool(false), "{}", context());
        assert_eq!(self.body["traceId"], self.header("x-correlation-id"), "{}", context());
        let errors = self.body["errors"].as_array().unwrap_or_else(|| panic!("{}", context()));
        assert!(!errors.is_empty(), "{}", context());
        for error in errors {
            let known = |code: &&Code| error["code"] == code.as_str();
            let code = Code::ALL.iter().find(known).unwrap_or_else(|| panic!("an unknown code: {}", context()));
            assert!(
                documented(function).contains(code),
                "{} is not among the errors that the contract has for {}: {}",
                code.as_str(),
                function.name,
                context()
            );
            let message = error["message"].as_str().unwrap_or_default();
            assert!(!message.is_empty(), "{}", context());
            if self.header("content-language") == "ar" {
                let foreign = foreign_words(message, *code);
                assert!(foreign.is_empty(), "{foreign:?} is no Arabic: {}", context());
            }
        }
        let first = Code::ALL.iter().find(|code| errors[0]["code"] == code.as_str());
        assert_eq!(first.map(|code| code.status().as_u16()), Some(self.status), "{}", context());
    }
}

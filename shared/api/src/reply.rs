//! What an endpoint answers.

use http::{HeaderName, HeaderValue, header};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;

use crate::{Failure, function::SchemaOf, request::describe};

/// An answer before it is put in its envelope.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// What it says.
    pub content: Content,
    /// Headers of its own.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Data, to be put in the envelope.
    Data(Value),
    /// A text as it is.
    Text(String),
    /// A table of comma-separated values.
    Csv(String),
    /// Nothing.
    Empty,
}

/// What a handler may return.
pub trait Output {
    /// The schema of the data; none if there is none.
    const SCHEMA: Option<SchemaOf>;

    /// The media type of the answer.
    const MEDIA: &'static str = "application/json";

    /// The answer.
    ///
    /// # Errors
    /// A [`Failure`] if the data cannot be written as JSON.
    fn reply(self, status: u16) -> Result<Reply, Failure>;
}

impl<T: Serialize + JsonSchema> Output for T {
    const SCHEMA: Option<SchemaOf> = Some(|generator: &mut SchemaGenerator| describe::<T>(generator));

    fn reply(self, status: u16) -> Result<Reply, Failure> {
        let data = serde_json::to_value(self).map_err(Failure::internal)?;
        Ok(Reply { status, content: Content::Data(data), headers: Vec::new() })
    }
}

/// Success with nothing to say: 204.
#[derive(Debug, Clone, Copy)]
pub struct Empty;

impl Output for Empty {
    const SCHEMA: Option<SchemaOf> = None;

    fn reply(self, status: u16) -> Result<Reply, Failure> {
        Ok(Reply { status, content: Content::Empty, headers: Vec::new() })
    }
}

/// A plain text, outside the envelope: what a provider asks for.
#[derive(Debug, Clone)]
pub struct PlainText(pub String);

impl Output for PlainText {
    const SCHEMA: Option<SchemaOf> = None;
    const MEDIA: &'static str = "text/plain";

    fn reply(self, status: u16) -> Result<Reply, Failure> {
        Ok(Reply { status, content: Content::Text(self.0), headers: Vec::new() })
    }
}

/// The media type of comma-separated values (RFC 4180).
pub const CSV: &str = "text/csv";

/// A part of a table, outside the envelope: comma-separated values that spreadsheets open as they are meant.
#[derive(Debug, Clone)]
pub struct Csv {
    /// The text.
    pub text: String,
    /// What to send as `page` for the next part; answered as the header `X-Next-Page`.
    pub next_page: Option<String>,
}

impl Output for Csv {
    const SCHEMA: Option<SchemaOf> = None;
    const MEDIA: &'static str = CSV;

    fn reply(self, status: u16) -> Result<Reply, Failure> {
        let mut headers = Vec::new();
        if let Some(page) = self.next_page {
            let page = HeaderValue::from_str(&page).map_err(Failure::internal)?;
            headers.push((HeaderName::from_static("x-next-page"), page));
        }
        Ok(Reply { status, content: Content::Csv(self.text), headers })
    }
}

/// Data together with cookies.
#[derive(Debug, Clone)]
pub struct WithCookies<T> {
    /// The data.
    pub output: T,
    /// The values of the Set-Cookie headers.
    pub cookies: Vec<String>,
}

impl<T> WithCookies<T> {
    /// The same cookies beside other data.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> WithCookies<U> {
        WithCookies { output: change(self.output), cookies: self.cookies }
    }

    /// The same with one cookie more.
    #[must_use]
    pub fn and(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl<T: Output> Output for WithCookies<T> {
    const SCHEMA: Option<SchemaOf> = T::SCHEMA;
    const MEDIA: &'static str = T::MEDIA;

    fn reply(self, status: u16) -> Result<Reply, Failure> {
        let mut reply = self.output.reply(status)?;
        for cookie in &self.cookies {
            let cookie = HeaderValue::from_str(cookie).map_err(Failure::internal)?;
            reply.headers.push((header::SET_COOKIE, cookie));
        }
        Ok(reply)
    }
}

//! Reads and validates the body of `POST …/messages` as Meta does: the first fault found is the answer.

use serde_json::{Map, Value};

use super::error::GraphError;
use super::template;
use crate::simulator::phone::Phone;

/// What a request asks for.
#[derive(Debug)]
pub(in crate::simulator) enum Request {
    /// A message to a phone.
    Message(Outgoing),
    /// The clinic read a message that it got.
    Read {
        /// The message's id.
        wamid: String,
    },
}

/// A valid message.
#[derive(Debug)]
pub(in crate::simulator) struct Outgoing {
    pub(in crate::simulator) to: Phone,
    /// The recipient as the caller wrote it.
    pub(in crate::simulator) input: String,
    /// Meta's `type`.
    pub(in crate::simulator) kind: &'static str,
    /// What the phone shows.
    pub(in crate::simulator) text: String,
    /// Titles of the reply buttons or list rows under it.
    pub(in crate::simulator) options: Vec<String>,
    pub(in crate::simulator) callback_data: Option<String>,
}

impl Outgoing {
    /// Only a template may go outside the 24-hour window.
    pub(in crate::simulator) fn needs_window(&self) -> bool {
        self.kind != "template"
    }
}

/// What the phone shows of a message.
pub(super) struct Shown {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) options: Vec<String>,
}

type Object = Map<String, Value>;

pub(in crate::simulator) fn parse(body: &[u8]) -> Result<Request, GraphError> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|_| GraphError::with_details(100, "The request body is not valid JSON."))?;
    let body =
        body.as_object().ok_or_else(|| GraphError::with_details(100, "The request body must be a JSON object."))?;
    match body.get("messaging_product") {
        None => return Err(required("messaging_product")),
        Some(Value::String(product)) if product == "whatsapp" => {}
        Some(_) => return Err(one_of("messaging_product", "WHATSAPP")),
    }
    if let Some(status) = body.get("status") {
        if status != "read" {
            return Err(one_of("status", "READ"));
        }
        return Ok(Request::Read { wamid: text(body, "", "message_id", 1, 512)?.to_owned() });
    }
    message(body).map(Request::Message)
}

fn message(body: &Object) -> Result<Outgoing, GraphError> {
    if body.get("recipient_type").is_some_and(|kind| kind != "individual") {
        return Err(one_of("recipient_type", "INDIVIDUAL"));
    }
    let input = text(body, "", "to", 1, 64)?;
    let to = Phone::parse(input)
        .ok_or_else(|| GraphError::with_details(131_009, "Param to must be a valid phone number with country code."))?;
    let callback_data = match body.get("biz_opaque_callback_data") {
        None => None,
        Some(_) => Some(text(body, "", "biz_opaque_callback_data", 0, 512)?.to_owned()),
    };
    if body.contains_key("context") {
        text(object(body, "", "context")?, "context", "message_id", 1, 512)?;
    }
    let kind = match body.get("type") {
        None => "text",
        Some(Value::String(kind)) => kind.as_str(),
        Some(_) => return Err(wrong_type("type", "a string")),
    };
    let shown = match kind {
        "text" => plain_text(object(body, "", "text")?)?,
        "template" => template::read(object(body, "", "template")?)?,
        "interactive" => interactive(object(body, "", "interactive")?)?,
        "image" => media(body, "image", "📷")?,
        "video" => media(body, "video", "🎬")?,
        "audio" => media(body, "audio", "🎤")?,
        "document" => media(body, "document", "📄")?,
        "sticker" => media(body, "sticker", "🖼")?,
        _ => return Err(GraphError::of(131_051)),
    };
    let Shown { kind, text, options } = shown;
    Ok(Outgoing { to, input: input.to_owned(), kind, text, options, callback_data })
}

fn plain_text(content: &Object) -> Result<Shown, GraphError> {
    if content.get("preview_url").is_some_and(|preview| !preview.is_boolean()) {
        return Err(wrong_type("text['preview_url']", "a boolean"));
    }
    let text = text(content, "text", "body", 1, 4096)?;
    Ok(Shown { kind: "text", text: text.to_owned(), options: Vec::new() })
}

fn media(body: &Object, kind: &'static str, mark: &str) -> Result<Shown, GraphError> {
    let content = object(body, "", kind)?;
    if content.contains_key("id") {
        return Err(GraphError::with_details(
            131_009,
            format!("Param {kind}['id'] is not a media object of this number; the simulator takes links."),
        ));
    }
    let link = text(content, kind, "link", 1, 2048)?;
    if !(link.starts_with("https://") || link.starts_with("http://")) {
        return Err(GraphError::with_details(131_009, format!("Param {kind}['link'] is not a valid URL.")));
    }
    let mut shown = mark.to_owned();
    for field in ["filename", "caption"] {
        if content.contains_key(field) {
            shown.push(' ');
            shown.push_str(text(content, kind, field, 0, 1024)?);
        }
    }
    shown.push('\n');
    shown.push_str(link);
    Ok(Shown { kind, text: shown, options: Vec::new() })
}

fn interactive(content: &Object) -> Result<Shown, GraphError> {
    const AT: &str = "interactive";
    let kind = text(content, AT, "type", 1, 64)?;
    let action = object(content, AT, "action")?;
    let options = match kind {
        "button" => buttons(action)?,
        "list" => rows(action)?,
        _ => return Err(one_of("interactive['type']", "BUTTON, LIST")),
    };
    let mut parts = Vec::new();
    if content.contains_key("header") {
        let header = object(content, AT, "header")?;
        if header.get("type").is_some_and(|kind| kind == "text") {
            parts.push(text(header, "interactive['header']", "text", 1, 60)?);
        }
    }
    let limit = if kind == "list" { 4096 } else { 1024 };
    parts.push(text(object(content, AT, "body")?, "interactive['body']", "text", 1, limit)?);
    if content.contains_key("footer") {
        parts.push(text(object(content, AT, "footer")?, "interactive['footer']", "text", 1, 60)?);
    }
    Ok(Shown { kind: "interactive", text: parts.join("\n"), options })
}

fn buttons(action: &Object) -> Result<Vec<String>, GraphError> {
    const AT: &str = "interactive['action']['buttons']";
    let buttons = array(action, "interactive['action']", "buttons", 1, 3)?;
    let mut titles = Vec::new();
    for button in buttons {
        let button = button.as_object().ok_or_else(|| wrong_type(AT, "a list of JSON objects"))?;
        if button.get("type").is_none_or(|kind| kind != "reply") {
            return Err(one_of(&format!("{AT}['type']"), "REPLY"));
        }
        let reply = object(button, AT, "reply")?;
        text(reply, &format!("{AT}['reply']"), "id", 1, 256)?;
        let title = text(reply, &format!("{AT}['reply']"), "title", 1, 20)?;
        if titles.iter().any(|known| known == title) {
            return Err(GraphError::with_details(131_009, format!("Param {AT} has duplicated titles.")));
        }
        titles.push(title.to_owned());
    }
    Ok(titles)
}

fn rows(action: &Object) -> Result<Vec<String>, GraphError> {
    const AT: &str = "interactive['action']['sections']";
    text(action, "interactive['action']", "button", 1, 20)?;
    let sections = array(action, "interactive['action']", "sections", 1, 10)?;
    let mut titles = Vec::new();
    for section in sections {
        let section = section.as_object().ok_or_else(|| wrong_type(AT, "a list of JSON objects"))?;
        if sections.len() > 1 {
            text(section, AT, "title", 1, 24)?;
        }
        for row in array(section, AT, "rows", 1, 10)? {
            let row = row.as_object().ok_or_else(|| wrong_type(&format!("{AT}['rows']"), "a list of JSON objects"))?;
            let at = format!("{AT}['rows']");
            text(row, &at, "id", 1, 200)?;
            titles.push(text(row, &at, "title", 1, 24)?.to_owned());
            if row.contains_key("description") {
                text(row, &at, "description", 0, 72)?;
            }
        }
    }
    if titles.len() > 10 {
        return Err(GraphError::with_details(131_009, format!("Total row count exceeds the limit of 10 in {AT}.")));
    }
    Ok(titles)
}

fn path(at: &str, field: &str) -> String {
    if at.is_empty() { field.to_owned() } else { format!("{at}['{field}']") }
}

/// An object that must be there.
pub(super) fn object<'a>(parent: &'a Object, at: &str, field: &str) -> Result<&'a Object, GraphError> {
    let value = parent.get(field).ok_or_else(|| required(&path(at, field)))?;
    value.as_object().ok_or_else(|| wrong_type(&path(at, field), "a JSON object"))
}

/// A list that must be there, with `least` to `most` entries.
pub(super) fn array<'a>(
    parent: &'a Object,
    at: &str,
    field: &str,
    least: usize,
    most: usize,
) -> Result<&'a [Value], GraphError> {
    let value = parent.get(field).ok_or_else(|| required(&path(at, field)))?;
    let items = value.as_array().ok_or_else(|| wrong_type(&path(at, field), "a list"))?;
    if (least..=most).contains(&items.len()) {
        return Ok(items);
    }
    let bound = if items.len() < least { format!("at least {least}") } else { format!("at most {most}") };
    Err(GraphError::with_details(131_009, format!("Param {} must have {bound} items.", path(at, field))))
}

/// A text that must be there, with `least` to `most` characters.
pub(super) fn text<'a>(
    parent: &'a Object,
    at: &str,
    field: &str,
    least: usize,
    most: usize,
) -> Result<&'a str, GraphError> {
    let value = parent.get(field).ok_or_else(|| required(&path(at, field)))?;
    let text = value.as_str().ok_or_else(|| wrong_type(&path(at, field), "a string"))?;
    let count = text.chars().count();
    let bound = if count < least || (least > 0 && text.trim().is_empty()) {
        format!("at least {} characters long", least.max(1))
    } else if count > most {
        format!("at most {most} characters long")
    } else {
        return Ok(text);
    };
    Err(GraphError::with_details(100, format!("Param {} must be {bound}.", path(at, field))))
}

fn required(path: &str) -> GraphError {
    // Meta answers 100 for a missing top-level parameter and 131008 for one inside the message.
    let code = if path.contains('[') { 131_008 } else { 100 };
    GraphError::with_details(code, format!("The parameter {path} is required."))
}

pub(super) fn wrong_type(path: &str, expected: &str) -> GraphError {
    GraphError::with_details(100, format!("Param {path} must be {expected}."))
}

fn one_of(path: &str, values: &str) -> GraphError {
    GraphError::with_details(100, format!("Param {path} must be one of {{{values}}}."))
}

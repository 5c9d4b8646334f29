//! Reads and validates the body of `POST …/messages` as Meta does: the first fault found is the answer.

use serde_json::Value;

use super::error::GraphError;
use super::fields::{Object, number, object, objects, one_of, required, text, text_if_there, wrong_type};
use super::template::{self, Sent};
use super::{attachment, interactive};
use crate::simulator::person::{Address, UserId};
use crate::simulator::store::messages::Choice;

/// What a request asks for.
#[derive(Debug)]
pub(in crate::simulator) enum Request {
    /// A message to somebody.
    Message(Box<Outgoing>),
    /// The clinic read a message that it got.
    Read {
        /// The message's id.
        wamid: String,
    },
}

/// A well-formed message. What it names of the number's own is looked for when it is taken.
#[derive(Debug)]
pub(in crate::simulator) struct Outgoing {
    pub(in crate::simulator) to: Address,
    /// The recipient as the caller wrote it.
    pub(in crate::simulator) input: String,
    /// Meta's `type`.
    pub(in crate::simulator) kind: &'static str,
    /// What the phone shows.
    pub(in crate::simulator) text: String,
    /// What can be pressed under it.
    pub(in crate::simulator) options: Vec<Choice>,
    /// The uploaded media that it names, each with what it is used as.
    pub(in crate::simulator) media: Vec<(&'static str, String)>,
    /// The approved template that it is made of.
    pub(in crate::simulator) template: Option<Sent>,
    pub(in crate::simulator) callback_data: Option<String>,
}

impl Outgoing {
    /// Only a template may go outside the 24-hour window.
    pub(in crate::simulator) fn needs_window(&self) -> bool {
        self.template.is_none()
    }
}

/// What the phone shows of a message.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) options: Vec<Choice>,
    pub(super) media: Vec<(&'static str, String)>,
    pub(super) template: Option<Sent>,
}

impl Shown {
    pub(super) fn of(kind: &'static str, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), ..Self::default() }
    }
}

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
    match body.get("status") {
        Some(status) => read_receipt(body, status),
        None => message(body).map(|outgoing| Request::Message(Box::new(outgoing))),
    }
}

fn read_receipt(body: &Object, status: &Value) -> Result<Request, GraphError> {
    if status != "read" {
        return Err(one_of("status", "READ"));
    }
    if body.contains_key("typing_indicator") {
        let kind = text(object(body, "", "typing_indicator")?, "typing_indicator", "type", 1, 64)?;
        if kind != "text" {
            return Err(one_of("typing_indicator['type']", "TEXT"));
        }
    }
    Ok(Request::Read { wamid: text(body, "", "message_id", 1, 512)?.to_owned() })
}

/// Who is meant: by phone, or else by user id.
fn recipient(body: &Object) -> Result<(Address, String), GraphError> {
    if body.get("to").is_none_or(Value::is_null) && body.contains_key("recipient") {
        let input = text(body, "", "recipient", 1, 200)?;
        let id = UserId::parse(input)
            .ok_or_else(|| GraphError::with_details(131_009, "Param recipient must be a valid user ID."))?;
        return Ok((Address::User(id), input.to_owned()));
    }
    let input = text(body, "", "to", 1, 64)?;
    match Address::parse(input) {
        Some(to @ Address::Phone(_)) => Ok((to, input.to_owned())),
        _ => {
            let details = "Param to must be a valid phone number with country code.";
            Err(GraphError::with_details(131_009, details))
        }
    }
}

fn message(body: &Object) -> Result<Outgoing, GraphError> {
    if body.get("recipient_type").is_some_and(|kind| kind != "individual") {
        return Err(one_of("recipient_type", "INDIVIDUAL"));
    }
    let (to, input) = recipient(body)?;
    let callback_data = text_if_there(body, "", "biz_opaque_callback_data", 512)?.map(str::to_owned);
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
        "interactive" => interactive::read(object(body, "", "interactive")?)?,
        "image" => attachment::read(body, &attachment::IMAGE)?,
        "video" => attachment::read(body, &attachment::VIDEO)?,
        "audio" => attachment::read(body, &attachment::AUDIO)?,
        "document" => attachment::read(body, &attachment::DOCUMENT)?,
        "sticker" => attachment::read(body, &attachment::STICKER)?,
        "location" => location(object(body, "", "location")?)?,
        "contacts" => contacts(body)?,
        "reaction" => reaction(object(body, "", "reaction")?)?,
        _ => return Err(GraphError::of(131_051)),
    };
    let Shown { kind, text, options, media, template } = shown;
    Ok(Outgoing { to, input, kind, text, options, media, template, callback_data })
}

fn plain_text(content: &Object) -> Result<Shown, GraphError> {
    if content.get("preview_url").is_some_and(|preview| !preview.is_boolean()) {
        return Err(wrong_type("text['preview_url']", "a boolean"));
    }
    Ok(Shown::of("text", text(content, "text", "body", 1, 4096)?))
}

fn location(content: &Object) -> Result<Shown, GraphError> {
    const AT: &str = "location";
    let latitude = number(content, AT, "latitude", 90.0)?;
    let longitude = number(content, AT, "longitude", 180.0)?;
    let mut shown = vec!["📍".to_owned()];
    for field in ["name", "address"] {
        shown.extend(text_if_there(content, AT, field, 1000)?.map(str::to_owned));
    }
    shown.push(format!("{latitude}, {longitude}"));
    Ok(Shown::of("location", shown.join(" ")))
}

fn contacts(body: &Object) -> Result<Shown, GraphError> {
    let mut names = Vec::new();
    for contact in objects(body, "", "contacts", 1, 257)? {
        let name = object(contact, "contacts", "name")?;
        names.push(format!("👤 {}", text(name, "contacts['name']", "formatted_name", 1, 1000)?));
        // A name alone is none: one of its parts is asked for, too.
        let parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
        if !parts.iter().any(|part| name.contains_key(*part)) {
            return Err(required("contacts['name']['first_name']"));
        }
        if contact.contains_key("phones") {
            for phone in objects(contact, "contacts", "phones", 0, 100)? {
                names.extend(text_if_there(phone, "contacts['phones']", "phone", 200)?.map(str::to_owned));
            }
        }
    }
    Ok(Shown::of("contacts", names.join("\n")))
}

fn reaction(content: &Object) -> Result<Shown, GraphError> {
    text(content, "reaction", "message_id", 1, 512)?;
    let emoji = text(content, "reaction", "emoji", 0, 32)?;
    if emoji.chars().any(|c| c.is_alphanumeric() && !c.is_ascii_digit()) {
        return Err(GraphError::with_details(131_009, "Param reaction['emoji'] is not a valid emoji."));
    }
    Ok(Shown::of("reaction", if emoji.is_empty() { "✖" } else { emoji }))
}

//! What a person wrote, and what else comes as a message.

use dawr_kernel::phone::PhoneNumber;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read::{id, number, text, time};
use crate::{
    identity::UserId,
    wish::{Meaning, Wish},
};

dawr_kernel::text_type! {
    /// What a person wrote.
    pub Words: personal, multi_line, 1..=4096
}

impl Words {
    /// As much of a text as can be shown; none if nothing can.
    pub fn heard(text: &str) -> Option<Self> {
        let shown = |c: &char| Self::parse(&format!("x{c}x")).is_ok();
        Self::parse(text).ok().or_else(|| {
            let text: String = text.chars().filter(shown).take(4096).collect();
            Self::parse(&text).ok()
        })
    }
}

/// What comes as a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A text.
    Text,
    /// A picture.
    Image,
    /// A recording.
    Audio,
    /// A film.
    Video,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// Cards of persons.
    Contacts,
    /// A pressed button of a template.
    Button,
    /// A pressed button or a choice of a list, or a form that was filled in.
    Interactive,
    /// A reaction to a message.
    Reaction,
    /// An order.
    Order,
    /// The person has another number. Staff find out which is right: nothing is moved by itself.
    NumberChanged,
    /// The person told WhatsApp whether they want messages.
    Preference,
    /// What WhatsApp cannot hand on: the person is asked to write it differently.
    Unsupported,
    /// Anything else: what WhatsApp itself says, or what nobody knows yet.
    Other,
}

impl Kind {
    fn of(event: &Value) -> Self {
        match text(event, "/type").unwrap_or_default() {
            "text" => Self::Text,
            "image" => Self::Image,
            "audio" | "voice" => Self::Audio,
            "video" => Self::Video,
            "document" => Self::Document,
            "sticker" => Self::Sticker,
            "location" => Self::Location,
            "contacts" => Self::Contacts,
            "button" => Self::Button,
            "interactive" => Self::Interactive,
            // Without an emoji it is one that was taken back.
            "reaction" if text(event, "/reaction/emoji").is_some() => Self::Reaction,
            "order" => Self::Order,
            "system" if text(event, "/system/type").is_some_and(|kind| kind.ends_with("changed_number")) => {
                Self::NumberChanged
            }
            "unsupported" => Self::Unsupported,
            _ => Self::Other,
        }
    }

    /// Whether a person wrote it: only that opens the 24-hour window.
    pub const fn is_written(self) -> bool {
        !matches!(self, Self::NumberChanged | Self::Preference | Self::Unsupported | Self::Other)
    }

    /// Whether staff should see it.
    pub const fn is_news(self) -> bool {
        !matches!(self, Self::Preference | Self::Other)
    }
}

/// What came as a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// The provider's id.
    pub provider_id: Option<String>,
    /// The number that it came from, as WhatsApp calls it.
    pub from: Option<PhoneNumber>,
    /// The person that it came from, as WhatsApp calls them.
    pub user_id: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// What there is to read of it.
    pub text: Option<Words>,
    /// What it asks for.
    pub meaning: Option<Meaning>,
    /// The provider's id of a picture, recording or file, and its media type.
    pub media: Option<(String, Option<String>)>,
    /// The provider's id of the message that it answers.
    pub reply_to: Option<String>,
    /// What WhatsApp called the person before, if it has given them another id.
    pub former_user_id: Option<UserId>,
    /// Whether it was written to a group.
    pub in_group: bool,
    /// The person's new number.
    pub moved_to: Option<PhoneNumber>,
}

/// Reads a message that came at `received`; none if it names nobody.
pub fn inbound(event: &Value, received: Timestamp) -> Option<Inbound> {
    let kind = Kind::of(event);
    let from = number(event, "/from");
    let user = |place| text(event, place).and_then(|id| UserId::parse(id).ok());
    let is_renamed = text(event, "/system/type") == Some("user_changed_user_id");
    let user_id = user("/system/user_id").filter(|_| is_renamed).or_else(|| user("/from_user_id"));
    let former_user_id =
        is_renamed.then(|| user("/system/previous_user_id").or_else(|| user("/from_user_id"))).flatten();
    if from.is_none() && user_id.is_none() {
        return None;
    }
    let media = ["image", "audio", "voice", "video", "document", "sticker"].iter().find_map(|name| {
        let media_type = text(event, &format!("/{name}/mime_type")).map(|kind| kind.chars().take(100).collect());
        Some((id(event, &format!("/{name}/id"))?, media_type))
    });
    Some(Inbound {
        provider_id: id(event, "/id"),
        from,
        user_id,
        at: time(event, "/timestamp").unwrap_or(received).min(received),
        kind,
        text: shown(event, kind).as_deref().and_then(Words::heard),
        meaning: meaning(event, kind),
        media,
        former_user_id,
        reply_to: id(event, "/context/id").or_else(|| id(event, "/reaction/message_id")),
        in_group: ["/group_id", "/context/group_id"].iter().any(|place| text(event, place).is_some()),
        moved_to: (kind == Kind::NumberChanged)
            .then(|| number(event, "/system/wa_id").or_else(|| number(event, "/system/new_wa_id")))
            .flatten(),
    })
}

/// Reads what a person told WhatsApp about messages; none if it names nobody or says nothing.
pub fn preference(event: &Value, received: Timestamp) -> Option<Inbound> {
    let wish = match text(event, "/value")? {
        "stop" => Wish::Stop,
        "resume" | "start" => Wish::Start,
        _ => return None,
    };
    let from = number(event, "/wa_id");
    let user_id = text(event, "/user_id").and_then(|id| UserId::parse(id).ok());
    (from.is_some() || user_id.is_some()).then(|| Inbound {
        provider_id: None,
        from,
        user_id,
        at: time(event, "/timestamp").unwrap_or(received).min(received),
        kind: Kind::Preference,
        text: None,
        meaning: Some(Meaning::Wish(wish)),
        media: None,
        former_user_id: None,
        reply_to: None,
        in_group: false,
        moved_to: None,
    })
}

/// What there is to read.
fn shown(event: &Value, kind: Kind) -> Option<String> {
    let first = |places: &[&str]| places.iter().find_map(|place| text(event, place)).map(str::to_owned);
    match kind {
        Kind::Text => first(&["/text/body"]),
        Kind::Image => first(&["/image/caption"]),
        Kind::Video => first(&["/video/caption"]),
        Kind::Document => first(&["/document/caption", "/document/filename"]),
        Kind::Location => first(&["/location/name", "/location/address"]).or_else(|| {
            let degrees = |name: &str| event.pointer(&format!("/location/{name}")).and_then(Value::as_f64);
            Some(format!("{}, {}", degrees("latitude")?, degrees("longitude")?))
        }),
        Kind::Contacts => first(&["/contacts/0/name/formatted_name"]),
        Kind::Button => first(&["/button/text"]),
        Kind::Interactive => {
            first(&["/interactive/button_reply/title", "/interactive/list_reply/title", "/interactive/nfm_reply/body"])
        }
        Kind::Reaction => first(&["/reaction/emoji"]),
        Kind::Order => first(&["/order/text"]),
        Kind::Audio | Kind::Sticker | Kind::NumberChanged | Kind::Preference | Kind::Unsupported | Kind::Other => None,
    }
}

/// What it asks for. A text is its words; a button means its id or payload, whatever its title says.
fn meaning(event: &Value, kind: Kind) -> Option<Meaning> {
    let pressed = |places: &[&str]| Meaning::of_button(places.iter().find_map(|place| text(event, place))?);
    match kind {
        Kind::Text => Meaning::of_text(text(event, "/text/body")?),
        Kind::Button => pressed(&["/button/payload", "/button/text"]),
        Kind::Interactive => pressed(&["/interactive/button_reply/id", "/interactive/list_reply/id"]),
        _ => None,
    }
}

#[cfg(test)]
#[path = "inbound/tests.rs"]
mod tests;

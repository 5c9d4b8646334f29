//! What a patient sends, in Meta's form: what must be in it, and what the page shows of it.

use serde_json::{Map, Value, json};

use super::graph::error::MetaError;
use super::store::messages::{Choice, ChoiceKind, Message};
use super::webhook::errors;

type Object = Map<String, Value>;

/// Meta's types of what comes in, each with the field that must be there beside it.
const TYPES: &[(&str, Option<&str>)] = &[
    ("text", Some("text")),
    ("image", Some("image")),
    ("video", Some("video")),
    ("audio", Some("audio")),
    ("document", Some("document")),
    ("sticker", Some("sticker")),
    ("location", Some("location")),
    ("contacts", Some("contacts")),
    ("button", Some("button")),
    ("interactive", Some("interactive")),
    ("reaction", Some("reaction")),
    ("order", Some("order")),
    ("system", Some("system")),
    ("edit", Some("edit")),
    ("revoke", Some("revoke")),
    ("unsupported", None),
    ("request_welcome", None),
];

/// The media that a patient may send, the type that each usually has, and a piece of one.
pub(super) const MEDIA: &[(&str, &str, &[u8])] = &[
    ("image", "image/jpeg", b"\xFF\xD8\xFF\xE0\x00\x10JFIF"),
    ("video", "video/mp4", b"\x00\x00\x00\x18ftypmp42"),
    ("audio", "audio/ogg; codecs=opus", b"OggS\x00\x02"),
    ("document", "application/pdf", b"%PDF-1.4\n%%EOF\n"),
    ("sticker", "image/webp", b"RIFF\x00\x00\x00\x00WEBP"),
];

/// The message's type.
pub(super) fn kind(message: &Object) -> &str {
    message.get("type").and_then(Value::as_str).unwrap_or("unsupported")
}

/// Whether a message has what its type must have; else what is wrong.
pub(super) fn check(message: &Object) -> Result<(), String> {
    let Some(kind) = message.get("type").and_then(Value::as_str) else {
        return Err("must have a type".to_owned());
    };
    let Some((_, field)) = TYPES.iter().find(|(known, _)| *known == kind) else {
        let known: Vec<_> = TYPES.iter().map(|(known, _)| *known).collect();
        return Err(format!("must have one of the types {}", known.join(", ")));
    };
    match field {
        Some(field) if !message.get(*field).is_some_and(|value| value.is_object() || value.is_array()) => {
            Err(format!("must have {field}, as Meta's {kind} has"))
        }
        _ => Ok(()),
    }
}

/// A text.
pub(super) fn text(body: &str) -> Object {
    object(json!({ "type": "text", "text": { "body": body } }))
}

/// What comes back when something under a message is pressed; none if it only opens a page.
pub(super) fn pressed(choice: &Choice, of: &Message) -> Option<Object> {
    let (id, title) = (&choice.id, &choice.title);
    let mut message = match choice.kind {
        ChoiceKind::Link => return None,
        ChoiceKind::QuickReply => json!({ "type": "button", "button": { "payload": id, "text": title } }),
        ChoiceKind::Button => json!({
            "type": "interactive",
            "interactive": { "type": "button_reply", "button_reply": { "id": id, "title": title } },
        }),
        ChoiceKind::Row => {
            let mut row = json!({ "id": id, "title": title });
            if let (Some(row), Some(description)) = (row.as_object_mut(), &choice.description) {
                row.insert("description".to_owned(), json!(description));
            }
            json!({ "type": "interactive", "interactive": { "type": "list_reply", "list_reply": row } })
        }
    };
    let from = of.display.trim_start_matches('+');
    if let Some(message) = message.as_object_mut() {
        message.insert("context".to_owned(), json!({ "from": from, "id": of.wamid }));
    }
    Some(object(message))
}

/// What WhatsApp adds to what it could not pass on.
pub(super) fn complete(message: &mut Object) {
    if kind(message) == "unsupported" {
        message.entry("errors").or_insert_with(|| errors(&MetaError::of(131_051)));
        message.entry("unsupported").or_insert_with(|| json!({ "type": "unknown" }));
    }
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

/// What the page shows of a message.
pub(super) fn shown(message: &Object) -> String {
    let at = |pointer: &str| {
        let (field, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
        let found = message.get(field)?;
        let found = if rest.is_empty() { Some(found) } else { found.pointer(&format!("/{rest}")) };
        found.and_then(Value::as_str)
    };
    let or = |found: Option<&str>, other: &str| found.unwrap_or(other).to_owned();
    match kind(message) {
        "text" => or(at("text/body"), ""),
        "button" => or(at("button/text"), "🔘"),
        "interactive" => {
            let titles = ["button_reply/title", "list_reply/title", "nfm_reply/body"];
            let title = titles.iter().find_map(|title| at(&format!("interactive/{title}")));
            or(title, "🔘")
        }
        "reaction" => or(at("reaction/emoji").filter(|emoji| !emoji.is_empty()), "✖"),
        "location" => {
            let number = |field: &str| {
                message.get("location").and_then(|place| place.get(field)).map(ToString::to_string).unwrap_or_default()
            };
            let place = format!("{}, {}", number("latitude"), number("longitude"));
            ["📍", &or(at("location/name"), ""), &or(at("location/address"), ""), &place]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        }
        "contacts" => format!("👤 {}", or(at("contacts/0/name/formatted_name"), "")),
        "order" => "🛒".to_owned(),
        "system" => format!("ℹ {}", or(at("system/body"), "")),
        "edit" => format!("✏ {}", or(at("edit/message/text/body"), "")),
        "revoke" => "🗑".to_owned(),
        "request_welcome" => "👋".to_owned(),
        "image" => media("📷", "image", &at),
        "video" => media("🎬", "video", &at),
        "audio" => media("🎤", "audio", &at),
        "document" => media("📄", "document", &at),
        "sticker" => media("🖼", "sticker", &at),
        _ => "❓".to_owned(),
    }
}

fn media<'a>(mark: &str, kind: &str, at: &impl Fn(&str) -> Option<&'a str>) -> String {
    let parts = ["filename", "caption"].into_iter().filter_map(|field| at(&format!("{kind}/{field}")));
    [mark].into_iter().chain(parts).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_type_must_have_is_asked_for() {
        let check = |value: Value| check(&object(value));
        assert!(check(json!({ "type": "text", "text": { "body": "x" } })).is_ok());
        assert!(check(json!({ "type": "unsupported" })).is_ok());
        assert!(check(json!({ "type": "contacts", "contacts": [] })).is_ok());
        for wrong in [json!({}), json!({ "type": 1 }), json!({ "type": "hologram" }), json!({ "type": "image" })] {
            assert!(check(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_type_is_shown_somehow() {
        for (kind, _) in TYPES {
            let message = object(json!({ "type": kind }));
            assert!(*kind == "text" || !shown(&message).trim().is_empty(), "{kind}");
        }
        let place = json!({ "type": "location", "location": { "latitude": 24.7, "longitude": 46.6, "name": "عيادة" } });
        assert_eq!(shown(&object(place)), "📍 عيادة 24.7, 46.6");
        let image = json!({ "type": "image", "image": { "id": "1", "caption": "أشعة" } });
        assert_eq!(shown(&object(image)), "📷 أشعة");
    }
}

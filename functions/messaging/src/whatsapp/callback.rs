//! Meta's callbacks: the signature over the raw bytes, and the events in the body.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use dawr_kernel::{id::MessageId, phone::PhoneNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    delivery::{Callback, Notice},
    whatsapp::outcome::{Scope, treat},
};

/// Whether `signature`, as the header X-Hub-Signature-256 has it, is the app's over these bytes. Takes the same time
/// wherever they differ.
pub fn is_signed(secret: &str, bytes: &[u8], signature: &str) -> bool {
    let Some(signature) = signature.strip_prefix("sha256=") else { return false };
    let Ok(tag) = data_encoding::HEXLOWER_PERMISSIVE.decode(signature.as_bytes()) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::verify(&key, bytes, &tag).is_ok()
}

#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    #[serde(default)]
    value: Value,
}

/// The events of a callback, by Meta's id of the number that they are about.
pub type Events = BTreeMap<String, Vec<Content>>;

/// What an event is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "type", content = "event")]
pub enum Content {
    /// What became of a message of ours.
    Status(Value),
    /// What a person wrote.
    Message(Value),
}

/// All events of a body; none if it is no callback. A number of which nothing is said that we know is named all the same:
/// its signature tells whether the callback was for us.
pub fn events(bytes: &[u8]) -> Option<Events> {
    let envelope: Envelope = serde_json::from_slice(bytes).ok()?;
    let mut events = Events::new();
    for change in envelope.entry.into_iter().flat_map(|entry| entry.changes) {
        let number = change.value.pointer("/metadata/phone_number_id").and_then(Value::as_str).unwrap_or_default();
        let list = |name: &str| change.value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let statuses = list("statuses").into_iter().map(Content::Status);
        let messages = list("messages").into_iter().map(Content::Message);
        events.entry(number.to_owned()).or_default().extend(statuses.chain(messages));
    }
    Some(events)
}

#[derive(Debug, Deserialize)]
struct StatusEvent {
    id: String,
    status: String,
    timestamp: String,
    biz_opaque_callback_data: Option<String>,
    #[serde(default)]
    errors: Vec<StatusError>,
}

#[derive(Debug, Deserialize)]
struct StatusError {
    code: i64,
}

/// A status: the message and try that it is about, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusUpdate {
    /// The message.
    pub message: MessageId,
    /// What it says.
    pub callback: Callback,
    /// What a failure means beyond the message.
    pub scope: Scope,
}

/// Reads a status; none if it is about nothing of ours, or says nothing that we know.
pub fn status(event: &Value) -> Option<StatusUpdate> {
    let event: StatusEvent = serde_json::from_value(event.clone()).ok()?;
    let data = event.biz_opaque_callback_data?;
    let (message, attempt) = data.split_once('.')?;
    let (message, attempt) = (message.parse().ok()?, attempt.parse().ok()?);
    let (notice, scope) = match event.status.as_str() {
        "sent" => (Notice::Sent, Scope::Message),
        "delivered" => (Notice::Delivered, Scope::Message),
        "read" | "played" => (Notice::Read, Scope::Message),
        "failed" => {
            let (outcome, scope) = treat(event.errors.first().map_or(-1, |error| error.code), 1, None);
            (Notice::Failed(outcome), scope)
        }
        _ => return None,
    };
    let at = timestamp(&event.timestamp)?;
    Some(StatusUpdate { message, callback: Callback { notice, at, provider_id: event.id, attempt }, scope })
}

fn timestamp(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(text.parse().ok()?).ok()
}

/// What a person wrote.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// From which phone.
    pub from: PhoneNumber,
    /// When.
    pub at: Timestamp,
    /// The text, or the title of the button that was pressed.
    pub text: Option<String>,
}

/// Reads a message; none if it names no phone: business-scoped users are not matched to patients yet.
pub fn inbound(event: &Value) -> Option<Inbound> {
    let text = |path: &str| event.pointer(path).and_then(Value::as_str);
    let from = PhoneNumber::from_digits(text("/from")?).ok()?;
    let at = timestamp(text("/timestamp")?)?;
    let said = ["/text/body", "/button/text", "/interactive/button_reply/title", "/interactive/list_reply/title"];
    Some(Inbound { from, at, text: said.iter().find_map(|path| text(path)).map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn signatures_are_checked_over_the_raw_bytes() {
        // Public test vectors, recomputed with openssl.
        let body = br#"{"object":"whatsapp_business_account"}"#;
        let good = "sha256=b6978b21c4467654c466607663db9b43fae44b71083568df403e0a077089208e";
        assert!(is_signed("test-app-secret", body, good));
        assert!(is_signed(
            "secret",
            b"test",
            "sha256=0329a06b62cd16b33eb6792be8c60b158d89a2ee3a876fce9a881ebb488c0914"
        ));
        for (secret, bytes, signature) in [
            ("another", body.as_slice(), good),
            ("test-app-secret", b"{}", good),
            ("test-app-secret", body, ""),
            ("test-app-secret", body, "sha256="),
            ("test-app-secret", body, "sha256=zz"),
            ("test-app-secret", body, &good[..40]),
        ] {
            assert!(!is_signed(secret, bytes, signature));
        }
    }

    #[test]
    fn every_level_of_a_body_is_walked() {
        let status = |id: &str| json!({ "id": id, "status": "sent", "timestamp": "1800000000" });
        let change = |number: &str, ids: &[&str]| {
            let statuses: Vec<_> = ids.iter().map(|id| status(id)).collect();
            json!({ "field": "messages", "value": { "metadata": { "phone_number_id": number }, "statuses": statuses } })
        };
        let body = json!({ "object": "whatsapp_business_account", "entry": [
            { "id": "1", "changes": [change("11111", &["a", "b"]), change("22222", &["c"])] },
            { "id": "2", "changes": [change("11111", &["d"])] },
        ]});
        let events = events(body.to_string().as_bytes()).unwrap();
        let counts: Vec<_> = events.iter().map(|(number, contents)| (number.as_str(), contents.len())).collect();
        assert_eq!(counts, [("11111", 3), ("22222", 1)]);
        assert_eq!(super::events(b"not json"), None);
        assert_eq!(super::events(b"{}"), Some(Events::new()));
        let odd = json!({ "entry": [{ "changes": [{ "value": { "metadata": { "phone_number_id": "1" }, "statuses": "x" } }] }] });
        assert_eq!(super::events(odd.to_string().as_bytes()).unwrap().get("1"), Some(&Vec::new()));
    }

    #[test]
    fn a_status_names_the_message_and_the_try() {
        let id = "msg_06gzqsz6m21s9f9qfh24nfrz1w";
        let event = json!({ "id": "wamid.1", "status": "failed", "timestamp": "1800000000", "recipient_id": "9665",
            "biz_opaque_callback_data": format!("{id}.3"),
            "errors": [{ "code": 131026, "title": "x", "message": "y", "error_data": { "details": "z" } }] });
        let update = status(&event).unwrap();
        assert_eq!((update.message.to_string().as_str(), update.callback.attempt), (id, 3));
        assert!(matches!(update.callback.notice, Notice::Failed(_)));
        for broken in [json!({}), json!({ "id": "x", "status": "sent", "timestamp": "1" }), json!("text"), json!(null)]
        {
            assert_eq!(status(&broken), None);
        }
    }

    #[test]
    fn what_a_person_wrote_is_read_from_all_forms() {
        let text = json!({ "from": "966501234567", "id": "w", "timestamp": "1800000000", "type": "text",
            "text": { "body": "نعم" } });
        assert_eq!(inbound(&text).unwrap().text.as_deref(), Some("نعم"));
        let without_phone = json!({ "from_user_id": "SA.1", "timestamp": "1800000000", "text": { "body": "x" } });
        assert!(inbound(&without_phone).is_none());
    }
}

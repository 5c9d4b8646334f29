//! What became of a message of ours.

use dawr_kernel::{id::MessageId, phone::PhoneNumber};
use jiff::Timestamp;
use serde_json::Value;

use super::read::{id, number, text, time};
use crate::{
    delivery::Notice,
    identity::UserId,
    whatsapp::outcome::{Scope, treat},
};

/// A status: the message that it is about, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusUpdate {
    /// The message and its try, as we named them; none where the callback does not repeat what we said.
    pub named: Option<(MessageId, u32)>,
    /// The provider's id of the message.
    pub provider_id: String,
    /// What it says.
    pub notice: Notice,
    /// When it happened, by the provider's clock.
    pub at: Timestamp,
    /// What a failure means beyond the message.
    pub scope: Scope,
    /// The number to which it went, as WhatsApp calls it.
    pub wa_id: Option<PhoneNumber>,
    /// The person to whom it went, as WhatsApp calls them.
    pub user_id: Option<UserId>,
}

/// Reads a status that came at `received`; none if it says nothing that we know.
pub fn status(event: &Value, received: Timestamp) -> Option<StatusUpdate> {
    let (notice, scope) = match text(event, "/status")? {
        "sent" => (Notice::Sent, Scope::Message),
        "delivered" => (Notice::Delivered, Scope::Message),
        "read" | "played" => (Notice::Read, Scope::Message),
        "failed" => {
            let (outcome, scope) = treat(code(event).unwrap_or(-1), 1, None);
            (Notice::Failed(outcome), scope)
        }
        _ => return None,
    };
    Some(StatusUpdate {
        named: text(event, "/biz_opaque_callback_data").and_then(named),
        provider_id: id(event, "/id")?,
        notice,
        at: time(event, "/timestamp").unwrap_or(received).min(received),
        scope,
        wa_id: number(event, "/recipient_id"),
        user_id: text(event, "/recipient_user_id").and_then(|id| UserId::parse(id).ok()),
    })
}

fn named(data: &str) -> Option<(MessageId, u32)> {
    let (message, attempt) = data.split_once('.')?;
    Some((message.parse().ok()?, attempt.parse().ok()?))
}

fn code(event: &Value) -> Option<i64> {
    let code = event.pointer("/errors/0/code")?;
    code.as_i64().or_else(|| code.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn received() -> Timestamp {
        Timestamp::from_second(1_800_000_100).unwrap()
    }

    #[test]
    fn a_status_names_the_message_and_the_try() {
        let id = "msg_06gzqsz6m21s9f9qfh24nfrz1w";
        let event = json!({ "id": "wamid.1", "status": "failed", "timestamp": "1800000000", "recipient_id": "966501234567",
            "recipient_user_id": "SA.1", "biz_opaque_callback_data": format!("{id}.3"),
            "errors": [{ "code": 131026, "title": "x", "message": "y", "error_data": { "details": "z" } }] });
        let update = status(&event, received()).unwrap();
        assert_eq!(update.named.map(|(message, attempt)| (message.to_string(), attempt)), Some((id.to_owned(), 3)));
        assert!(matches!(update.notice, Notice::Failed(_)));
        assert_eq!(update.wa_id.unwrap().expose(), "+966501234567");
        assert_eq!(update.user_id.unwrap().expose(), "SA.1");
        for broken in [json!({}), json!({ "id": "x", "status": "seen" }), json!({ "status": "sent" }), json!("text")] {
            assert_eq!(status(&broken, received()), None);
        }
    }

    #[test]
    fn a_status_of_which_half_is_missing_is_still_one() {
        for event in [
            json!({ "id": "w", "status": "read", "timestamp": 1_800_000_000 }),
            json!({ "id": "w", "status": "read", "timestamp": null, "biz_opaque_callback_data": "another's" }),
            json!({ "id": "w", "status": "read", "timestamp": "1900000000", "recipient_id": null, "errors": "x" }),
        ] {
            let update = status(&event, received()).unwrap();
            assert_eq!((update.named, update.provider_id.as_str(), &update.notice), (None, "w", &Notice::Read));
            assert!(update.at <= received());
        }
    }
}

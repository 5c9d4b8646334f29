//! The bodies of webhooks, byte for byte as Meta writes them since April 2026: with user ids beside phone numbers, contacts in
//! statuses, and no `conversation` any more (version 24).

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::graph::error::{GraphError, MetaError};
use super::store::numbers::Number;

/// What webhooks say of a person.
#[derive(Clone)]
pub(super) struct Contact {
    /// Their phone, as WhatsApp knows it; none if they do not show it.
    pub(super) wa_id: Option<String>,
    /// Their id for this business; none of somebody who is not on WhatsApp.
    pub(super) user_id: Option<String>,
    /// Their profile's name.
    pub(super) name: String,
    /// The name by which others find them.
    pub(super) username: Option<String>,
}

impl Contact {
    fn value(&self, with_username: bool) -> Value {
        let mut profile = json!({ "name": self.name });
        let mut contact = Map::new();
        if let (true, Some(username)) = (with_username, &self.username) {
            put(&mut profile, "username", username);
        }
        contact.insert("profile".to_owned(), profile);
        for (field, value) in [("wa_id", &self.wa_id), ("user_id", &self.user_id)] {
            if let Some(value) = value {
                contact.insert(field.to_owned(), json!(value));
            }
        }
        Value::Object(contact)
    }
}

/// What every status of one message shares.
pub(super) struct StatusFacts<'a> {
    pub(super) number: &'a Number,
    pub(super) wamid: &'a str,
    pub(super) contact: &'a Contact,
    pub(super) callback_data: Option<&'a str>,
    /// Meta's pricing category: a template's own, or `service`.
    pub(super) category: &'a str,
}

/// A status webhook: `event` is sent, delivered or read.
pub(super) fn status(facts: &StatusFacts<'_>, event: &str, at: Timestamp) -> String {
    let mut status = Status::new(facts, event, at);
    // Said once more when it has arrived, never when it is read after that.
    if event != "read" {
        status.pricing = Some(json!({
            "billable": true,
            "pricing_model": "PMP",
            "type": "regular",
            "category": facts.category,
        }));
    }
    // Who was only just written to is not known by name yet.
    statuses(facts, &status, event != "sent")
}

/// A `failed` webhook with Meta's title for the error.
pub(super) fn failed(facts: &StatusFacts<'_>, error: &MetaError, at: Timestamp) -> String {
    let status = Status { errors: Some(errors(error)), ..Status::new(facts, "failed", at) };
    statuses(facts, &status, false)
}

/// An error as webhooks tell it.
pub(super) fn errors(error: &MetaError) -> Value {
    json!([{
        "code": error.code,
        "title": error.title,
        "message": error.title,
        "error_data": { "details": error.details },
        "href": GraphError::HELP,
    }])
}

/// What is said of one message that came in.
pub(super) struct Inbound<'a> {
    pub(super) number: &'a Number,
    pub(super) wamid: &'a str,
    pub(super) from: &'a Contact,
    pub(super) at: Timestamp,
}

/// A webhook with what a patient sent: `message` has its type, and what that type has.
pub(super) fn inbound(facts: &Inbound<'_>, message: &Map<String, Value>) -> String {
    let mut message = message.clone();
    for (field, value) in [("from", &facts.from.wa_id), ("from_user_id", &facts.from.user_id)] {
        if let Some(value) = value {
            message.insert(field.to_owned(), json!(value));
        }
    }
    message.insert("id".to_owned(), json!(facts.wamid));
    message.insert("timestamp".to_owned(), json!(facts.at.as_second().to_string()));
    let mut value = base(facts.number);
    // What WhatsApp itself says of a person comes without their contact.
    if message.get("type").is_none_or(|kind| kind != "system") {
        put(&mut value, "contacts", json!([facts.from.value(true)]));
    }
    put(&mut value, "messages", json!([message]));
    change(facts.number, "messages", &value, facts.at)
}

/// What a person decided about marketing messages.
pub(super) fn user_preferences(number: &Number, from: &Contact, preference: &Value, at: Timestamp) -> String {
    let mut preference = preference.clone();
    for (field, value) in [("wa_id", &from.wa_id), ("user_id", &from.user_id)] {
        if let Some(value) = value {
            put(&mut preference, field, value);
        }
    }
    put(&mut preference, "timestamp", at.as_second());
    let mut value = base(number);
    put(&mut value, "contacts", json!([from.value(true)]));
    put(&mut value, "user_preferences", json!([preference]));
    change(number, "user_preferences", &value, at)
}

/// A webhook about a field of the account.
pub(super) fn change(number: &Number, field: &str, value: &Value, at: Timestamp) -> String {
    let mut entry = json!({ "id": number.account_id(), "changes": [{ "value": value, "field": field }] });
    // What is about the account as a whole says when it happened.
    if field != "messages" {
        put(&mut entry, "time", at.as_second());
    }
    escape_as_meta(&json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string())
}

fn put(object: &mut Value, field: &str, value: impl Serialize) {
    if let (Some(object), Ok(value)) = (object.as_object_mut(), serde_json::to_value(value)) {
        object.insert(field.to_owned(), value);
    }
}

fn base(number: &Number) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.display.wa_id(),
            "phone_number_id": number.phone_number_id,
        },
    })
}

#[derive(Serialize)]
struct Status<'a> {
    id: &'a str,
    status: &'a str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Value>,
}

impl<'a> Status<'a> {
    fn new(facts: &StatusFacts<'a>, event: &'a str, at: Timestamp) -> Self {
        Self {
            id: facts.wamid,
            status: event,
            timestamp: at.as_second().to_string(),
            recipient_id: facts.contact.wa_id.as_deref(),
            recipient_user_id: facts.contact.user_id.as_deref(),
            biz_opaque_callback_data: facts.callback_data,
            pricing: None,
            errors: None,
        }
    }
}

fn statuses(facts: &StatusFacts<'_>, status: &Status<'_>, with_username: bool) -> String {
    let mut value = base(facts.number);
    put(&mut value, "contacts", json!([facts.contact.value(with_username)]));
    put(&mut value, "statuses", json!([status]));
    change(facts.number, "messages", &value, Timestamp::UNIX_EPOCH)
}

/// Meta escapes `/` and everything outside ASCII. A receiver that re-serialises the body before it checks the
/// signature fails on exactly this, so the simulator does it too. Both occur only within JSON strings.
fn escape_as_meta(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '/' => escaped.push_str("\\/"),
            c if c.is_ascii() => escaped.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Phone;

    fn number() -> Number {
        Number {
            phone_number_id: "106540352242922".into(),
            display: Phone::parse("15550783881").unwrap(),
            name: "Clinic".into(),
            access_token: "token".into(),
            app_secret: "secret".into(),
            callback: "/hook".into(),
        }
    }

    fn contact() -> Contact {
        Contact {
            wa_id: Some("16505551234".into()),
            user_id: Some("US.13491208655302741918".into()),
            name: "Sheena Nelson".into(),
            username: Some("@sheena".into()),
        }
    }

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn value(body: &str) -> Value {
        serde_json::from_str::<Value>(body).unwrap()["entry"][0]["changes"][0]["value"].clone()
    }

    #[test]
    fn an_inbound_text_equals_metas_example() {
        // "Text Message" of Meta's OpenAPI description, but for the account's id and what April 2026 added.
        let example = json!({"object":"whatsapp_business_account","entry":[{"id":"1106540352242922","changes":[{"value":{
            "messaging_product":"whatsapp",
            "metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},
            "contacts":[{"profile":{"name":"Sheena Nelson","username":"@sheena"},"wa_id":"16505551234",
                "user_id":"US.13491208655302741918"}],
            "messages":[{"from":"16505551234","from_user_id":"US.13491208655302741918",
                "id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
                "timestamp":"1749416383","type":"text","text":{"body":"Does it come in another color?"}}]},
            "field":"messages"}]}]});
        let facts = Inbound {
            number: &number(),
            wamid: "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
            from: &contact(),
            at: Timestamp::from_second(1_749_416_383).unwrap(),
        };
        let message = object(json!({ "type": "text", "text": { "body": "Does it come in another color?" } }));
        assert_eq!(serde_json::from_str::<Value>(&inbound(&facts, &message)).unwrap(), example);
        let system = object(json!({ "type": "system", "system": { "type": "user_changed_number" } }));
        assert_eq!(value(&inbound(&facts, &system))["contacts"], Value::Null);
    }

    #[test]
    fn statuses_are_those_of_version_24_with_user_ids() {
        let (number, contact) = (number(), contact());
        let facts = StatusFacts {
            number: &number,
            wamid: "wamid.X",
            contact: &contact,
            callback_data: Some("msg_1"),
            category: "utility",
        };
        let at = Timestamp::from_second(1_750_000_000).unwrap();
        let sent = value(&status(&facts, "sent", at));
        assert_eq!(
            sent["statuses"],
            json!([{
                "id": "wamid.X", "status": "sent", "timestamp": "1750000000", "recipient_id": "16505551234",
                "recipient_user_id": "US.13491208655302741918", "biz_opaque_callback_data": "msg_1",
                "pricing": { "billable": true, "pricing_model": "PMP", "category": "utility", "type": "regular" },
            }])
        );
        assert_eq!(sent["contacts"][0]["profile"], json!({ "name": "Sheena Nelson" }));
        let read = value(&status(&facts, "read", at));
        assert_eq!(read["contacts"][0]["profile"]["username"], "@sheena");
        assert_eq!(read["statuses"][0]["pricing"], Value::Null);
        let failure = value(&failed(&facts, &MetaError::of(131_047), at));
        assert_eq!(failure["statuses"][0]["errors"][0]["code"], 131_047);
        assert_eq!(failure["statuses"][0]["errors"][0]["title"], "Re-engagement message");
        let without = Contact { wa_id: None, ..contact.clone() };
        let facts = StatusFacts { contact: &without, ..facts };
        let sent = value(&status(&facts, "sent", at));
        assert_eq!(sent["statuses"][0]["recipient_id"], Value::Null);
        assert_eq!(sent["contacts"][0]["wa_id"], Value::Null);
    }

    #[test]
    fn an_event_of_the_account_says_when_it_happened() {
        let at = Timestamp::from_second(1_750_000_000).unwrap();
        let body = change(&number(), "account_update", &json!({ "event": "DISABLED_UPDATE" }), at);
        assert_eq!(
            serde_json::from_str::<Value>(&body).unwrap()["entry"],
            json!([{ "id": "1106540352242922", "time": 1_750_000_000,
                "changes": [{ "field": "account_update", "value": { "event": "DISABLED_UPDATE" } }] }])
        );
    }

    #[test]
    fn text_is_escaped_as_meta_does_and_means_the_same() {
        let text = json!({ "t": "دور 😀 a/b \"q\" \\ \n" });
        let escaped = escape_as_meta(&text.to_string());
        assert!(escaped.is_ascii());
        assert!(escaped.contains(r"\u062f\u0648\u0631 \ud83d\ude00 a\/b"), "{escaped}");
        assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), text);
    }
}

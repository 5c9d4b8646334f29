//! The bodies of webhooks, byte for byte as Meta writes them.

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::graph::error::{GraphError, MetaError};
use super::phone::Phone;
use super::store::numbers::Number;

/// What every status of one message shares.
pub(super) struct StatusFacts<'a> {
    pub(super) number: &'a Number,
    pub(super) wamid: &'a str,
    pub(super) phone: &'a Phone,
    pub(super) callback_data: Option<&'a str>,
    pub(super) conversation: &'a str,
    /// Meta's pricing category: a template is a utility message, anything else a service message.
    pub(super) category: &'static str,
}

/// A status webhook: `event` is sent, delivered or read.
pub(super) fn status(facts: &StatusFacts<'_>, event: &str, at: Timestamp) -> String {
    let expires = (event == "sent").then(|| (at.as_second() + 24 * 60 * 60).to_string());
    let status = Status {
        conversation: Some(Conversation {
            id: facts.conversation,
            origin: json!({ "type": facts.category }),
            expiration_timestamp: expires,
        }),
        pricing: Some(json!({
            "billable": true,
            "pricing_model": "PMP",
            "category": facts.category,
            "type": "regular",
        })),
        ..Status::new(facts, event, at)
    };
    statuses(facts.number, &status)
}

/// A `failed` webhook with Meta's title for the error.
pub(super) fn failed(facts: &StatusFacts<'_>, error: &MetaError, at: Timestamp) -> String {
    let errors = json!([{
        "code": error.code,
        "title": error.title,
        "message": error.title,
        "error_data": { "details": error.details },
        "href": GraphError::HELP,
    }]);
    let status = Status { errors: Some(errors), ..Status::new(facts, "failed", at) };
    statuses(facts.number, &status)
}

/// A webhook with a text that a patient wrote.
pub(super) fn inbound(number: &Number, wamid: &str, from: &Phone, profile: &str, text: &str, at: Timestamp) -> String {
    let change = Change {
        contacts: Some(json!([{ "profile": { "name": profile }, "wa_id": from.wa_id() }])),
        messages: Some(json!([{
            "from": from.wa_id(),
            "id": wamid,
            "timestamp": at.as_second().to_string(),
            "type": "text",
            "text": { "body": text },
        }])),
        ..Change::new(number)
    };
    envelope(number, &change)
}

#[derive(Serialize)]
struct Status<'a> {
    id: &'a str,
    status: &'a str,
    timestamp: String,
    recipient_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<Conversation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Value>,
}

#[derive(Serialize)]
struct Conversation<'a> {
    id: &'a str,
    origin: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_timestamp: Option<String>,
}

impl<'a> Status<'a> {
    fn new(facts: &StatusFacts<'a>, event: &'a str, at: Timestamp) -> Self {
        Self {
            id: facts.wamid,
            status: event,
            timestamp: at.as_second().to_string(),
            recipient_id: facts.phone.wa_id(),
            biz_opaque_callback_data: facts.callback_data,
            conversation: None,
            pricing: None,
            errors: None,
        }
    }
}

#[derive(Serialize)]
struct Change<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<[&'a Status<'a>; 1]>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    display_phone_number: &'a str,
    phone_number_id: &'a str,
}

impl<'a> Change<'a> {
    fn new(number: &'a Number) -> Self {
        Self {
            messaging_product: "whatsapp",
            metadata: Metadata {
                display_phone_number: number.display.wa_id(),
                phone_number_id: &number.phone_number_id,
            },
            contacts: None,
            messages: None,
            statuses: None,
        }
    }
}

fn statuses(number: &Number, status: &Status<'_>) -> String {
    envelope(number, &Change { statuses: Some([status]), ..Change::new(number) })
}

fn envelope(number: &Number, change: &Change<'_>) -> String {
    let body = json!({
        "object": "whatsapp_business_account",
        // The account's id; the simulator gives each number an account of its own.
        "entry": [{
            "id": format!("1{}", number.phone_number_id),
            "changes": [{ "value": change, "field": "messages" }],
        }],
    });
    escape_as_meta(&body.to_string())
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

    #[test]
    fn an_inbound_text_equals_metas_example() {
        // "Text Message" of Meta's OpenAPI description, but for the account's id.
        let example = json!({"object":"whatsapp_business_account","entry":[{"id":"1106540352242922","changes":[{"value":{
            "messaging_product":"whatsapp",
            "metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},
            "contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],
            "messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
                "timestamp":"1749416383","type":"text","text":{"body":"Does it come in another color?"}}]},
            "field":"messages"}]}]});
        let body = inbound(
            &number(),
            "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
            &Phone::parse("16505551234").unwrap(),
            "Sheena Nelson",
            "Does it come in another color?",
            Timestamp::from_second(1_749_416_383).unwrap(),
        );
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), example);
    }

    #[test]
    fn statuses_carry_the_callers_data_and_only_sent_an_expiry() {
        let (number, phone) = (number(), Phone::parse("+966501234567").unwrap());
        let facts = StatusFacts {
            number: &number,
            wamid: "wamid.X",
            phone: &phone,
            callback_data: Some("msg_1"),
            conversation: "c0ffee",
            category: "utility",
        };
        let at = Timestamp::from_second(1_750_000_000).unwrap();
        let value =
            |body: String| serde_json::from_str::<Value>(&body).unwrap()["entry"][0]["changes"][0]["value"].clone();
        assert_eq!(
            value(status(&facts, "sent", at))["statuses"],
            json!([{
                "id": "wamid.X", "status": "sent", "timestamp": "1750000000", "recipient_id": "966501234567",
                "biz_opaque_callback_data": "msg_1",
                "conversation": {"id": "c0ffee", "origin": {"type": "utility"}, "expiration_timestamp": "1750086400"},
                "pricing": {"billable": true, "pricing_model": "PMP", "category": "utility", "type": "regular"},
            }])
        );
        assert!(value(status(&facts, "read", at))["statuses"][0]["conversation"].get("expiration_timestamp").is_none());
        let failure = value(failed(&facts, &MetaError::of(131_047), at));
        assert_eq!(failure["statuses"][0]["errors"][0]["code"], 131_047);
        assert_eq!(failure["statuses"][0]["errors"][0]["title"], "Re-engagement message");
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

//! What the control API shows of the state.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::simulator::ids::Direction;
use crate::simulator::store::faults::Fault;
use crate::simulator::store::messages::{Message, PhoneSummary};
use crate::simulator::store::numbers::Number;
use crate::simulator::store::webhooks::OwedSummary;

/// A message that a phone received.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageView<'a> {
    to: &'a str,
    wamid: &'a str,
    text: &'a str,
    at: Timestamp,
    from: String,
    phone_number_id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    biz_opaque_callback_data: Option<&'a str>,
    /// How far the clinic was told: none, sent, delivered, read.
    told: &'static str,
}

impl<'a> MessageView<'a> {
    pub(super) fn of(message: &'a Message) -> Self {
        Self {
            to: &message.phone,
            wamid: &message.wamid,
            text: &message.text,
            at: message.at,
            from: message.display.clone(),
            phone_number_id: &message.phone_number_id,
            kind: &message.kind,
            biz_opaque_callback_data: message.callback_data.as_deref(),
            told: message.told.word(),
        }
    }
}

/// A fault in force.
#[derive(Serialize)]
pub(super) struct FaultView<'a> {
    id: i64,
    kind: String,
    to: Option<&'a str>,
    times: u32,
    remaining: u32,
}

impl<'a> FaultView<'a> {
    pub(super) fn of(fault: &'a Fault) -> Self {
        Self {
            id: fault.id,
            kind: fault.kind.to_string(),
            to: fault.phone.as_deref(),
            times: fault.times,
            remaining: fault.remaining,
        }
    }
}

/// A clinic's number.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NumberView<'a> {
    phone_number_id: &'a str,
    display_number: &'a str,
    name: &'a str,
    callback_url: &'a str,
}

impl<'a> NumberView<'a> {
    pub(super) fn of(number: &'a Number) -> Self {
        Self {
            phone_number_id: &number.phone_number_id,
            display_number: number.display.as_str(),
            name: &number.name,
            callback_url: &number.callback,
        }
    }
}

/// A webhook that is still owed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookView<'a> {
    id: i64,
    wamid: &'a str,
    /// sent, delivered, read, failed, or message for what a patient wrote.
    event: &'a str,
    due_at: Timestamp,
    attempts: u32,
    last_outcome: Option<&'a str>,
}

impl<'a> WebhookView<'a> {
    pub(super) fn of(owed: &'a OwedSummary) -> Self {
        Self {
            id: owed.id,
            wamid: &owed.wamid,
            event: &owed.event,
            due_at: owed.due,
            attempts: owed.attempts,
            last_outcome: owed.outcome.as_deref(),
        }
    }
}

/// A phone in the page's list.
pub(super) fn phone(summary: &PhoneSummary) -> Value {
    // The list shows one line.
    let preview: String = summary.text.chars().take(80).collect();
    json!({
        "phone": summary.phone,
        "preview": preview,
        "fromPatient": !summary.outbound,
        "at": summary.at,
        "last": summary.last_id,
    })
}

/// A bubble in the page's chat.
pub(super) fn bubble(message: &Message) -> Value {
    json!({
        "wamid": message.wamid,
        "fromPatient": message.direction == Direction::Inbound,
        "phoneNumberId": message.phone_number_id,
        "type": message.kind,
        "text": message.text,
        "options": message.options,
        "at": message.at,
        "told": message.told.word(),
    })
}

/// The profile name of a patient who set none.
pub(super) fn profile(wa_id: &str) -> String {
    let last: String = wa_id.chars().skip(wa_id.len().saturating_sub(4)).collect();
    format!("Patient {last}")
}

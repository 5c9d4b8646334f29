//! What the control API shows of the state.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::simulator::ids::Direction;
use crate::simulator::store::faults::Fault;
use crate::simulator::store::messages::{Message, PhoneSummary};
use crate::simulator::store::numbers::Number;
use crate::simulator::store::people::Person;
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
    /// The id of the WhatsApp Business account that it belongs to.
    business_account_id: String,
    display_number: &'a str,
    name: &'a str,
    callback_url: &'a str,
}

impl<'a> NumberView<'a> {
    pub(super) fn of(number: &'a Number) -> Self {
        Self {
            phone_number_id: &number.phone_number_id,
            business_account_id: number.account_id(),
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
    /// sent, delivered, read, failed, message for what a patient sent, event for anything else.
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

/// A person, with the user id that they have for each number.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PersonView<'a> {
    person: &'a str,
    wa_id: Option<&'a str>,
    name: &'a str,
    username: Option<&'a str>,
    hides_phone: bool,
    #[serde(rename = "isOnWhatsApp")]
    is_on_whatsapp: bool,
    user_ids: BTreeMap<String, String>,
}

impl<'a> PersonView<'a> {
    pub(super) fn of(person: &'a Person, user_ids: Vec<(String, String)>) -> Self {
        Self {
            person: &person.key,
            wa_id: person.wa_id.as_deref(),
            name: &person.name,
            username: person.username.as_deref(),
            hides_phone: person.hides_phone,
            is_on_whatsapp: person.on_whatsapp,
            user_ids: user_ids.into_iter().collect(),
        }
    }
}

//! `SendMessage` and `SendMessageBatch`.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::super::MAX_BYTES;
use super::super::digest;
use super::super::error::QueueError;
use super::super::messages::{Attribute, NewMessage};
use super::super::store::Queues;
use super::input::{Batch, Send, queue_of, within};
use super::output;

pub(super) fn one(store: &Queues, input: Send) -> Result<Value, QueueError> {
    let queue = queue_of(input.queue_url.as_deref())?.to_owned();
    let limit = store.max_message_bytes(&queue)?;
    let message = accept(input, limit)?;
    let ids = store.send(&queue, std::slice::from_ref(&message))?;
    let id = ids.into_iter().next().unwrap_or_default();
    Ok(receipt(&message, &id))
}

/// Entries that can be sent are sent, all of those or none.
pub(super) fn batch(store: &Queues, input: Batch<Send>) -> Result<Value, QueueError> {
    let queue = queue_of(input.queue_url.as_deref())?.to_owned();
    let limit = store.max_message_bytes(&queue)?;
    let total: usize = input.entries()?.iter().map(|entry| size(&entry.value)).sum();
    if total > MAX_BYTES as usize {
        return Err(QueueError::BatchTooLong(total));
    }
    let (mut accepted, mut ids, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for entry in input.into_entries() {
        match accept(entry.value, limit) {
            Ok(message) => {
                accepted.push(message);
                ids.push(entry.id);
            }
            Err(error) => failed.push(output::failed(&entry.id, &error)),
        }
    }
    let sent = store.send(&queue, &accepted)?;
    let successful = accepted
        .iter()
        .zip(sent)
        .zip(ids)
        .map(|((message, sent), id)| {
            let mut answer = receipt(message, &sent);
            if let Some(fields) = answer.as_object_mut() {
                fields.insert("Id".to_owned(), Value::String(id));
            }
            answer
        })
        .collect();
    Ok(output::batch(successful, failed))
}

/// Checks a message as SQS does for a standard queue.
fn accept(input: Send, limit: u32) -> Result<NewMessage, QueueError> {
    let size = size(&input);
    let body = input.message_body.filter(|body| !body.is_empty()).ok_or(QueueError::MissingParameter("MessageBody"))?;
    if size > limit as usize {
        return Err(QueueError::InvalidParameter(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes."
        )));
    }
    if !body.chars().all(allowed) {
        return Err(QueueError::InvalidMessageContents);
    }
    if input.message_deduplication_id.is_some() {
        return Err(QueueError::InvalidParameter(
            "The request includes a parameter that is not valid for this queue type. Reason: MessageDeduplicationId."
                .to_owned(),
        ));
    }
    if let Some(group) = &input.message_group_id
        && (group.is_empty() || group.len() > 128 || !group.chars().all(|c| c.is_ascii_graphic()))
    {
        return Err(QueueError::InvalidParameter(
            "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length".to_owned(),
        ));
    }
    if input.message_attributes.len() > 10 {
        return Err(QueueError::InvalidParameter(
            "Number of message attributes exceeds the allowed maximum [10].".to_owned(),
        ));
    }
    for (name, attribute) in &input.message_attributes {
        check_attribute(name, attribute)?;
    }
    if let Some(unknown) = input.message_system_attributes.keys().find(|name| *name != TRACE) {
        return Err(QueueError::InvalidParameter(format!("Message system attribute name '{unknown}' is invalid.")));
    }
    Ok(NewMessage {
        body,
        group: input.message_group_id,
        delay: within("DelaySeconds", input.delay_seconds, 0, 900)?.map(Duration::from_secs),
        attributes: input.message_attributes,
        system_attributes: input.message_system_attributes,
    })
}

fn check_attribute(name: &str, attribute: &Attribute) -> Result<(), QueueError> {
    let refuse = |reason: &str| {
        Err(QueueError::InvalidParameter(format!("The message attribute '{name}' is invalid: {reason}")))
    };
    if !is_attribute_name(name) {
        return refuse(
            "its name may have 256 letters, digits, hyphens, underscores and single periods, must not begin with AWS. or \
             Amazon. in any case, and must neither begin nor end with a period.",
        );
    }
    let kind = attribute.data_type.split('.').next().unwrap_or_default();
    match (kind, &attribute.string_value, &attribute.binary_value) {
        ("String", Some(text), _) if text.is_empty() => refuse("its value is empty."),
        ("String", Some(text), _) if text.chars().all(allowed) => Ok(()),
        ("Number", Some(text), _) if text.parse::<f64>().is_ok() => Ok(()),
        ("Binary", _, Some(binary)) if STANDARD.decode(binary).is_ok_and(|b| !b.is_empty()) => Ok(()),
        ("String" | "Number" | "Binary", _, _) => refuse("its value does not fit its type."),
        _ => refuse("its type is not String, Number or Binary."),
    }
}

/// SQS Developer Guide, "Amazon SQS message attributes".
fn is_attribute_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    (1..=256).contains(&name.len())
        && name.chars().all(allowed)
        && !["aws.", "amazon."].iter().any(|reserved| lower.starts_with(reserved))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
}

/// The only one that SQS knows so far.
const TRACE: &str = "AWSTraceHeader";

/// The characters of XML 1.0.
fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The length that the limits are about: body and attributes, with their names and types.
fn size(input: &Send) -> usize {
    let attributes = |attributes: &BTreeMap<String, Attribute>| -> usize {
        attributes
            .iter()
            .map(|(name, attribute)| {
                let text = attribute.string_value.as_deref().map_or(0, str::len);
                let binary =
                    attribute.binary_value.as_deref().map_or(0, |binary| binary.trim_end_matches('=').len() * 3 / 4);
                name.len() + attribute.data_type.len() + text + binary
            })
            .sum()
    };
    input.message_body.as_deref().map_or(0, str::len) + attributes(&input.message_attributes)
}

fn receipt(message: &NewMessage, id: &str) -> Value {
    let mut answer = Map::new();
    answer.insert("MessageId".to_owned(), json!(id));
    answer.insert("MD5OfMessageBody".to_owned(), json!(digest::of_body(&message.body)));
    if let Some(sum) = digest::of_attributes(&message.attributes) {
        answer.insert("MD5OfMessageAttributes".to_owned(), json!(sum));
    }
    if let Some(sum) = digest::of_attributes(&message.system_attributes) {
        answer.insert("MD5OfMessageSystemAttributes".to_owned(), json!(sum));
    }
    Value::Object(answer)
}

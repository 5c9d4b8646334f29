//! What callers are answered.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::digest;
use super::super::error::QueueError;
use super::super::messages::{Attribute, Message};
use super::super::settings::arn;
use super::input::Receive;
use crate::aws::ACCOUNT;

/// A message, with what of it was asked for.
pub(super) fn message(message: &Message, asked: &Receive) -> Value {
    let mut answer = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt_handle,
        "MD5OfBody": digest::of_body(&message.body),
        "Body": message.body,
    });
    let Some(fields) = answer.as_object_mut() else {
        return answer;
    };
    let system: Map<String, Value> = system_attributes(message)
        .into_iter()
        .filter(|(name, _)| asked.wants_system(name))
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    if !system.is_empty() {
        fields.insert("Attributes".to_owned(), Value::Object(system));
    }
    let attributes: BTreeMap<String, Attribute> = message
        .attributes
        .iter()
        .filter(|(name, _)| asked.wants(name))
        .map(|(name, attribute)| (name.clone(), attribute.clone()))
        .collect();
    if let Some(sum) = digest::of_attributes(&attributes) {
        fields.insert("MD5OfMessageAttributes".to_owned(), Value::String(sum));
        fields.insert("MessageAttributes".to_owned(), json!(attributes));
    }
    answer
}

fn system_attributes(message: &Message) -> Vec<(String, String)> {
    let mut attributes = vec![
        // Who sent it; there is one principal on one machine.
        ("SenderId".to_owned(), ACCOUNT.to_owned()),
        ("SentTimestamp".to_owned(), message.sent_at.to_string()),
        ("ApproximateReceiveCount".to_owned(), message.receive_count.to_string()),
        ("ApproximateFirstReceiveTimestamp".to_owned(), message.first_received_at.to_string()),
    ];
    if let Some(group) = &message.group {
        attributes.push(("MessageGroupId".to_owned(), group.clone()));
    }
    if let Some(source) = &message.dead_letter_source {
        attributes.push(("DeadLetterQueueSourceArn".to_owned(), arn(source)));
    }
    for (name, attribute) in &message.system_attributes {
        if let Some(value) = &attribute.string_value {
            attributes.push((name.clone(), value.clone()));
        }
    }
    attributes
}

/// An entry of a batch that was not done.
pub(super) fn failed(id: &str, error: &QueueError) -> Value {
    json!({
        "Id": id,
        "SenderFault": error.is_sender_fault(),
        "Code": error.code(),
        "Message": error.to_string(),
    })
}

/// The answer to a batch: a list without entries is left out.
pub(super) fn batch(successful: Vec<Value>, failed: Vec<Value>) -> Value {
    let mut answer = Map::new();
    for (name, entries) in [("Successful", successful), ("Failed", failed)] {
        if !entries.is_empty() {
            answer.insert(name.to_owned(), Value::Array(entries));
        }
    }
    Value::Object(answer)
}

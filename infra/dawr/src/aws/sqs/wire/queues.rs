//! The operations on whole queues.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::error::QueueError;
use super::super::moves::{MoveStatus, MoveTask};
use super::super::settings::arn;
use super::super::store::Queues;
use super::input::{Configure, Move, Named, Prefixed, Queue, queue_of, within};
use crate::aws::ACCOUNT;

/// The attributes that can be asked for (SQS API Reference, `GetQueueAttributes`).
const ATTRIBUTES: [&str; 22] = [
    "All",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "ContentBasedDeduplication",
    "CreatedTimestamp",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "LastModifiedTimestamp",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "QueueArn",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
];

pub(super) fn create(store: &Queues, input: Named, base: &str) -> Result<Value, QueueError> {
    let name = input.queue_name.ok_or(QueueError::MissingParameter("QueueName"))?;
    store.create(&name, &input.attributes)?;
    Ok(json!({ "QueueUrl": queue_url(base, &name) }))
}

pub(super) fn url(store: &Queues, input: Named, base: &str) -> Result<Value, QueueError> {
    let name = input.queue_name.ok_or(QueueError::MissingParameter("QueueName"))?;
    store.attributes(&name)?;
    Ok(json!({ "QueueUrl": queue_url(base, &name) }))
}

pub(super) fn list(store: &Queues, input: &Prefixed, base: &str) -> Result<Value, QueueError> {
    let (names, next) = input.page.of(store.names(input.queue_name_prefix.as_deref().unwrap_or_default())?)?;
    Ok(listed("QueueUrls", urls(base, &names), next))
}

pub(super) fn dead_letter_sources(store: &Queues, input: &Queue, base: &str) -> Result<Value, QueueError> {
    let (names, next) = input.page.of(store.dead_letter_sources(queue_of(input.queue_url.as_deref())?)?)?;
    // This one, unlike `ListQueues`, begins with a small letter.
    Ok(listed("queueUrls", urls(base, &names), next))
}

fn listed(field: &str, urls: Vec<String>, next: Option<String>) -> Value {
    let mut answer = Map::new();
    answer.insert(field.to_owned(), json!(urls));
    if let Some(next) = next {
        answer.insert("NextToken".to_owned(), Value::String(next));
    }
    Value::Object(answer)
}

pub(super) fn attributes(store: &Queues, input: Queue) -> Result<Value, QueueError> {
    let queue = queue_of(input.queue_url.as_deref())?;
    let mut report = store.attributes(queue)?;
    let asked = input.attribute_names;
    if let Some(unknown) = asked.iter().find(|name| !ATTRIBUTES.contains(&name.as_str())) {
        return Err(QueueError::InvalidAttributeName(unknown.clone()));
    }
    let wanted = |name: &str| asked.iter().any(|asked| asked == name || asked == "All");
    if asked.iter().any(|name| name == "All" || name.starts_with("Approximate")) {
        let depth = store.depth(queue)?;
        for (name, count) in [
            ("ApproximateNumberOfMessages", depth.visible),
            ("ApproximateNumberOfMessagesNotVisible", depth.in_flight),
            ("ApproximateNumberOfMessagesDelayed", depth.delayed),
        ] {
            report.insert(name.to_owned(), count.to_string());
        }
    }
    let report: BTreeMap<String, String> = report.into_iter().filter(|(name, _)| wanted(name)).collect();
    Ok(json!({ "Attributes": report }))
}

pub(super) fn configure(store: &Queues, input: Configure) -> Result<Value, QueueError> {
    let queue = queue_of(input.queue_url.as_deref())?;
    store.configure(queue, &input.attributes)?;
    Ok(Value::Null)
}

pub(super) fn purge(store: &Queues, input: &Queue) -> Result<Value, QueueError> {
    store.purge_once(queue_of(input.queue_url.as_deref())?)?;
    Ok(Value::Null)
}

pub(super) fn start_move(store: &Queues, input: &Move) -> Result<Value, QueueError> {
    let handle =
        store.start_move(source(input)?, input.destination_arn.as_deref(), input.max_number_of_messages_per_second)?;
    Ok(json!({ "TaskHandle": handle }))
}

pub(super) fn list_moves(store: &Queues, input: &Move) -> Result<Value, QueueError> {
    let max = within("MaxResults", input.max_results, 1, 10)?.unwrap_or(1);
    let tasks = store.moves(source(input)?, usize::try_from(max).unwrap_or(1))?;
    let results: Vec<Value> = tasks.iter().map(report).collect();
    Ok(json!({ "Results": results }))
}

pub(super) fn cancel_move(store: &Queues, input: &Move) -> Result<Value, QueueError> {
    let handle = input.task_handle.as_deref().ok_or(QueueError::MissingParameter("TaskHandle"))?;
    let moved = store.cancel_move(handle)?;
    Ok(json!({ "ApproximateNumberOfMessagesMoved": moved }))
}

fn source(input: &Move) -> Result<&str, QueueError> {
    input.source_arn.as_deref().ok_or(QueueError::MissingParameter("SourceArn"))
}

fn report(task: &MoveTask) -> Value {
    let mut report = Map::new();
    let mut put = |name: &str, value: Value| report.insert(name.to_owned(), value);
    // Only a task that can still be cancelled shows what to cancel it by.
    if task.status == MoveStatus::Running {
        put("TaskHandle", json!(task.handle));
    }
    put("Status", json!(task.status.name()));
    put("SourceArn", json!(arn(&task.source)));
    if let Some(destination) = &task.destination {
        put("DestinationArn", json!(arn(destination)));
    }
    if let Some(rate) = task.rate {
        put("MaxNumberOfMessagesPerSecond", json!(rate));
    }
    put("ApproximateNumberOfMessagesMoved", json!(task.moved));
    put("ApproximateNumberOfMessagesToMove", json!(task.to_move));
    if let Some(failure) = &task.failure {
        put("FailureReason", json!(failure));
    }
    put("StartedTimestamp", json!(task.started_at));
    Value::Object(report)
}

fn queue_url(base: &str, name: &str) -> String {
    format!("{base}/{ACCOUNT}/{name}")
}

fn urls(base: &str, names: &[String]) -> Vec<String> {
    names.iter().map(|name| queue_url(base, name)).collect()
}

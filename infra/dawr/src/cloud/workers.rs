//! The pollers that Lambda runs for a function: of queues, of the table's stream, and the scheduler.

use std::time::Duration;

use dawr_api::function::{Function, Queue, Trigger};
use dawr_runtime::InvokeError;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};

use super::{Cloud, Functions};
use crate::aws::{ACCOUNT, Aws, Message, REGION, ReceiveOptions, StreamConfig, StreamError};

/// How many calls of a queue's function run at once.
const CONCURRENCY: usize = 2;

/// How often scheduled functions run here: in the cloud every minute, here nobody should wait for one.
const TICK: Duration = Duration::from_secs(2);

/// How long a poll waits for a message.
const WAIT: Duration = Duration::from_secs(5);

/// Starts all pollers. They end when `stop` turns true, after what they are at.
pub(crate) fn spawn(tasks: &mut JoinSet<()>, functions: &Functions, aws: &Aws, stop: &watch::Receiver<bool>) {
    for function in functions.all() {
        match function.trigger {
            Trigger::Http(_) | Trigger::Unrouted(_) => {}
            Trigger::Queue(queue, _) => {
                for _ in 0..CONCURRENCY {
                    tasks.spawn(poll_queue(functions.clone(), function, queue, aws.clone(), stop.clone()));
                }
            }
            Trigger::Stream(_) => {
                tasks.spawn(read_stream(functions.clone(), function, aws.clone(), stop.clone()));
            }
            Trigger::Schedule { .. } => {
                tasks.spawn(tick(functions.clone(), function, stop.clone()));
            }
        }
    }
}

/// The pollers' work, one round at a time: for tests, which wait for nothing.
impl Cloud {
    /// Hands every record of the table's stream to the functions that read it, and gives how many there were.
    ///
    /// # Errors
    /// If the stream cannot be read.
    pub async fn relay(&self) -> Result<usize, StreamError> {
        let mut records = 0;
        for function in self.functions.all() {
            if let Trigger::Stream(_) = function.trigger {
                let at_once = StreamConfig { back_off: Duration::ZERO, ..reading(function) };
                let handler = |event| async { self.functions.invoke(function, event).await.map_err(Into::into) };
                records += self.aws.stream(at_once).drain(handler).await?;
            }
        }
        Ok(records)
    }

    /// Hands messages that were received from a queue to its function, and deletes those that it has done.
    pub async fn deliver(&self, queue: Queue, messages: &[Message]) {
        for function in self.functions.all() {
            if matches!(function.trigger, Trigger::Queue(of, _) if of == queue) {
                deliver(&self.functions, function, queue, &self.aws, messages).await;
            }
        }
    }

    /// Runs the scheduled functions once.
    ///
    /// # Errors
    /// The first failure.
    pub async fn tick(&self) -> Result<(), InvokeError> {
        for function in self.functions.all() {
            if let Trigger::Schedule { .. } = function.trigger {
                self.functions.invoke(function, json!({})).await?;
            }
        }
        Ok(())
    }
}

/// How a function reads the stream; the same numbers stand in its stack.
fn reading(function: &Function) -> StreamConfig {
    StreamConfig {
        consumer: function.name.to_owned(),
        batch_size: 100,
        // A record that is passed over would be a callback that is lost: nothing else hands it on.
        max_tries: None,
        back_off: Duration::from_millis(100),
        max_back_off: Duration::from_secs(10),
        on_failure: Some("stream-dead".to_owned()),
    }
}

async fn read_stream(functions: Functions, function: &'static Function, aws: Aws, stop: watch::Receiver<bool>) {
    let handler = |event| {
        let functions = functions.clone();
        async move { functions.invoke(function, event).await.map_err(Into::into) }
    };
    aws.stream(reading(function)).run(handler, stop).await;
}

async fn tick(functions: Functions, function: &'static Function, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = functions.invoke(function, json!({})).await {
            tracing::error!(function = function.name, %error, "the function failed");
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn poll_queue(
    functions: Functions,
    function: &'static Function,
    queue: Queue,
    aws: Aws,
    mut stop: watch::Receiver<bool>,
) {
    let max = usize::try_from(queue.batch_size()).unwrap_or(1);
    let options = ReceiveOptions { max, visibility: None, wait: Some(WAIT) };
    while !*stop.borrow() {
        let received = tokio::select! {
            received = aws.queues().receive(queue.as_str(), options) => received,
            _ = stop.changed() => return,
        };
        match received {
            Ok(messages) if messages.is_empty() => {}
            Ok(messages) => deliver(&functions, function, queue, &aws, &messages).await,
            Err(error) => {
                tracing::error!(queue = queue.as_str(), %error, "the queue cannot be read");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Hands messages to the function and deletes those that it does not name as failed. The others come again when their
/// visibility ends.
async fn deliver(functions: &Functions, function: &'static Function, queue: Queue, aws: &Aws, messages: &[Message]) {
    let answer = match functions.invoke(function, event(queue, messages)).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(function = function.name, %error, "the function failed");
            return;
        }
    };
    let failures = answer.get("batchItemFailures").and_then(Value::as_array);
    let failed: Vec<&str> = failures
        .into_iter()
        .flatten()
        .filter_map(|failure| failure.get("itemIdentifier").and_then(Value::as_str))
        .collect();
    for message in messages.iter().filter(|message| !failed.contains(&message.id.as_str())) {
        if let Err(error) = aws.queues().delete(queue.as_str(), &message.receipt_handle) {
            tracing::error!(queue = queue.as_str(), %error, "a message cannot be deleted");
        }
    }
}

/// The event of an SQS event source.
fn event(queue: Queue, messages: &[Message]) -> Value {
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            json!({
                "messageId": message.id,
                "receiptHandle": message.receipt_handle,
                "body": message.body,
                "attributes": {
                    "ApproximateReceiveCount": message.receive_count.to_string(),
                    "SentTimestamp": message.sent_at.to_string(),
                    "ApproximateFirstReceiveTimestamp": message.first_received_at.to_string(),
                    "SenderId": ACCOUNT,
                    "MessageGroupId": message.group,
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}", queue.as_str()),
                "awsRegion": REGION,
            })
        })
        .collect();
    json!({ "Records": records })
}

//! The operations as they come over HTTP.

mod input;
mod output;
mod queues;
mod send;

use serde_json::{Value, json};

use super::error::QueueError;
use super::store::Queues;
use crate::aws::http::{Failure, read};

/// Answers one operation. `base` is the address that the caller reached us by.
pub(crate) async fn call(store: &Queues, operation: &str, base: &str, body: &[u8]) -> Result<Value, Failure> {
    Ok(match operation {
        "CreateQueue" => queues::create(store, read(body)?, base)?,
        "GetQueueUrl" => queues::url(store, read(body)?, base)?,
        "ListQueues" => queues::list(store, &read(body)?, base)?,
        "ListDeadLetterSourceQueues" => queues::dead_letter_sources(store, &read(body)?, base)?,
        "GetQueueAttributes" => queues::attributes(store, read(body)?)?,
        "SetQueueAttributes" => queues::configure(store, read(body)?)?,
        "PurgeQueue" => queues::purge(store, &read(body)?)?,
        "SendMessage" => send::one(store, read(body)?)?,
        "SendMessageBatch" => send::batch(store, read(body)?)?,
        "ReceiveMessage" => receive(store, read(body)?).await?,
        "DeleteMessage" => delete(store, &read(body)?)?,
        "DeleteMessageBatch" => delete_batch(store, read(body)?)?,
        "ChangeMessageVisibility" => hide(store, &read(body)?)?,
        "ChangeMessageVisibilityBatch" => hide_batch(store, read(body)?)?,
        "StartMessageMoveTask" => queues::start_move(store, &read(body)?)?,
        "ListMessageMoveTasks" => queues::list_moves(store, &read(body)?)?,
        "CancelMessageMoveTask" => queues::cancel_move(store, &read(body)?)?,
        _ => return Err(Failure::unknown_operation(operation)),
    })
}

async fn receive(store: &Queues, input: input::Receive) -> Result<Value, QueueError> {
    let options = input.options()?;
    let queue = input::queue_of(input.queue_url.as_deref())?;
    let messages = store.receive(queue, options).await?;
    if messages.is_empty() {
        return Ok(json!({}));
    }
    let messages: Vec<Value> = messages.iter().map(|message| output::message(message, &input)).collect();
    Ok(json!({ "Messages": messages }))
}

fn delete(store: &Queues, input: &input::Handle) -> Result<Value, QueueError> {
    let queue = input::queue_of(input.queue_url.as_deref())?;
    store.delete(queue, input.receipt()?)?;
    Ok(Value::Null)
}

fn hide(store: &Queues, input: &input::Handle) -> Result<Value, QueueError> {
    let queue = input::queue_of(input.queue_url.as_deref())?;
    store.hide(queue, input.receipt()?, input.hidden()?)?;
    Ok(Value::Null)
}

fn delete_batch(store: &Queues, input: input::Batch<input::Handle>) -> Result<Value, QueueError> {
    each(store, input, |queue, entry| store.delete(queue, entry.receipt()?))
}

fn hide_batch(store: &Queues, input: input::Batch<input::Handle>) -> Result<Value, QueueError> {
    each(store, input, |queue, entry| store.hide(queue, entry.receipt()?, entry.hidden()?))
}

/// Does each entry for itself: one that fails holds up no other.
fn each(
    store: &Queues,
    input: input::Batch<input::Handle>,
    act: impl Fn(&str, &input::Handle) -> Result<(), QueueError>,
) -> Result<Value, QueueError> {
    let queue = input::queue_of(input.queue_url.as_deref())?;
    store.depth(queue)?;
    let entries = input.entries()?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        match act(queue, &entry.value) {
            Ok(()) => successful.push(json!({ "Id": entry.id })),
            Err(error) => failed.push(output::failed(&entry.id, &error)),
        }
    }
    Ok(output::batch(successful, failed))
}

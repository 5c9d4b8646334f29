//! The stream dispatcher: hands on what a committed transaction asks for. Nothing is put on a queue by an endpoint.
//!
//! A record may come twice, and so may a job: jobs are void once their message has moved.

use std::collections::HashMap;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use dawr_api::{
    Cx,
    audit::Entry,
    function::{Access, EventError, Function, MEMORY, Queue, Trigger},
    reset_request::ResetRequest,
};
use dawr_store::{Entity, StoreError, Stored, entity::kind_of, plain};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    batch::{Batch, BatchState},
    delivery::RELAYED,
    inbox::InboxEvent,
    job::{BatchJob, CallbackJob, ResetJob, SealJob, SendJob},
    message::{Message, Status},
};

/// The most messages of one SendMessageBatch.
const MAX_ENTRIES: usize = 10;

/// Hands on what was committed.
pub const DISPATCH: Function = Function {
    name: "dispatch",
    summary: "Reads the table's stream and puts jobs on the queues.",
    trigger: Trigger::Stream(|cx, event| Box::pin(dispatch(cx, event))),
    access: Access::NONE.sends_to(Queue::ALL),
    memory: MEMORY,
    timeout: 60,
};

/// A job on its way to a queue.
struct Outgoing {
    /// The stream record that it comes from.
    sequence: String,
    /// Whose turn it is: the tenant's, as far as that is known.
    group: String,
    body: String,
    delay: i32,
}

async fn dispatch(cx: &Cx, event: Value) -> Result<Value, EventError> {
    let event: Event = serde_json::from_value(event)?;
    let mut queues: HashMap<Queue, Vec<Outgoing>> = HashMap::new();
    for record in event.records {
        let sequence = record.change.sequence_number.clone().unwrap_or_default();
        match job(record, &sequence, cx.now()) {
            Ok(Some((queue, outgoing))) => queues.entry(queue).or_default().push(outgoing),
            Ok(None) => {}
            // It would never decode; the clock still looks at what it was about.
            Err(error) => tracing::error!(sequence, %error, "a stream record cannot be read"),
        }
    }
    let mut failed: Vec<String> = Vec::new();
    for (queue, jobs) in queues {
        for jobs in jobs.chunks(MAX_ENTRIES) {
            failed.extend(send(cx, queue, jobs).await);
        }
    }
    // The stream goes on from the first record that failed.
    let failures: Vec<Value> = failed.into_iter().map(|sequence| json!({ "itemIdentifier": sequence })).collect();
    Ok(json!({ "batchItemFailures": failures }))
}

/// For so long a batch that is being stopped is left to whoever stops it: two at once would refuse each other's transactions.
const STOPPING: SignedDuration = SignedDuration::from_secs(30);

/// The job that a change asks for.
fn job(record: EventRecord, sequence: &str, now: Timestamp) -> Result<Option<(Queue, Outgoing)>, StoreError> {
    let new: HashMap<String, aws_sdk_dynamodb::types::AttributeValue> = convert(record.change.new_image);
    let old = convert(record.change.old_image);
    let kind = kind_of(&new).to_owned();
    let outgoing = |group: &dyn ToString, body: Result<String, serde_json::Error>, delay: i64| {
        body.map_err(|error| StoreError::Malformed(error.to_string())).map(|body| Outgoing {
            sequence: sequence.to_owned(),
            group: group.to_string(),
            body,
            delay: i32::try_from(delay).unwrap_or_default(),
        })
    };
    if kind == Message::KIND {
        let message = Stored::<Message>::decode(new)?;
        let before = before::<Message>(old)?;
        let again = before.is_none_or(|before| {
            let seen = |message: &Message| (message.status, message.epoch, message.due_at, message.nudges);
            seen(&before) != seen(&message)
        });
        // Rounded up: a job that comes too early would find nothing to do.
        let delay = (message.due_at.duration_since(now).as_millis() + 999).div_euclid(1000).max(0);
        let delay = i64::try_from(delay).unwrap_or(i64::MAX);
        if message.status != Status::Queued || !again || delay > RELAYED.as_secs() {
            return Ok(None);
        }
        let job = SendJob { tenant: message.tenant, message: message.id, epoch: message.epoch };
        return Ok(Some((Queue::Sends, outgoing(&message.tenant, text(&job), delay)?)));
    }
    if kind == Batch::KIND {
        let batch = Stored::<Batch>::decode(new)?;
        let again = before::<Batch>(old)?.is_none_or(|before| before.nudges != batch.nudges);
        if !batch.state.is_at_work() || !again {
            return Ok(None);
        }
        let job = BatchJob { tenant: batch.tenant, batch: batch.id };
        // Whoever stops it goes on with that itself; it is taken up after them, should they not come to its end.
        let delay = if batch.state == BatchState::Stopping { STOPPING.as_secs() } else { 0 };
        return Ok(Some((Queue::Batches, outgoing(&batch.tenant, text(&job), delay)?)));
    }
    if kind == InboxEvent::KIND && old.is_empty() {
        let event = Stored::<InboxEvent>::decode(new)?;
        let job = CallbackJob { tenant: event.tenant, digest: event.digest.clone() };
        return Ok(Some((Queue::Callbacks, outgoing(&event.tenant, text(&job), 0)?)));
    }
    if kind == Entry::KIND && old.is_empty() {
        let entry = Stored::<Entry>::decode(new)?;
        let job = SealJob { tenant: entry.tenant, entry: entry.id };
        return Ok(Some((Queue::Audits, outgoing(&entry.tenant, text(&job), 0)?)));
    }
    if kind == ResetRequest::KIND && old.is_empty() {
        let request = Stored::<ResetRequest>::decode(new)?.id;
        // Nobody has looked yet whose it is.
        return Ok(Some((Queue::Resets, outgoing(&request, text(&ResetJob { request }), 0)?)));
    }
    Ok(None)
}

fn text(job: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(job)
}

fn before<T: Entity>(old: dawr_store::entity::Item) -> Result<Option<Stored<T>>, StoreError> {
    if old.is_empty() { Ok(None) } else { Stored::decode(old).map(Some) }
}

fn convert(image: serde_dynamo::Item) -> dawr_store::entity::Item {
    image.into()
}

/// Puts jobs on a queue and returns the records of those that did not get there.
async fn send(cx: &Cx, queue: Queue, jobs: &[Outgoing]) -> Vec<String> {
    let all = || jobs.iter().map(|job| job.sequence.clone()).collect();
    let (Ok(sqs), Some(url)) = (cx.sqs(), cx.settings().queues.get(&queue)) else {
        tracing::error!(queue = queue.as_str(), "the queue is not set");
        return all();
    };
    let entries = jobs.iter().enumerate().filter_map(|(index, job)| {
        SendMessageBatchRequestEntry::builder()
            .id(index.to_string())
            .message_body(&job.body)
            .message_group_id(&job.group)
            .delay_seconds(job.delay)
            .build()
            .ok()
    });
    match sqs.send_message_batch().queue_url(url).set_entries(Some(entries.collect())).send().await {
        Ok(sent) => {
            let failed = sent.failed().iter().filter_map(|failed| failed.id().parse::<usize>().ok());
            failed.filter_map(|index| jobs.get(index)).map(|job| job.sequence.clone()).collect()
        }
        Err(error) => {
            let error = plain(&error);
            tracing::error!(queue = queue.as_str(), error, "jobs cannot be handed on");
            all()
        }
    }
}

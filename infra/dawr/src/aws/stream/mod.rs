//! The table's stream as a function gets it: Lambda's event source mapping, in process.
//!
//! Records arrive in order and at least once. How far the function has got is kept, and moves
//! on only after it succeeded.

mod checkpoint;
mod read;

use std::collections::VecDeque;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use dynoxide::DynoxideError;
use futures::FutureExt;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) use checkpoint::Checkpoints;

use super::clock::Clock;
use super::sqs::{NewMessage, QueueError, Queues};
use super::table::Table;
use read::Record;

/// How often a reader looks for new records after it found some. dynoxide tells nobody of a
/// write; a look costs some 40 µs.
const POLL: Duration = Duration::from_millis(20);

/// How often it looks after it found nothing this many times.
const IDLE_POLL: Duration = Duration::from_millis(40);
const IDLE_AFTER: u32 = 250;

/// Tries of a batch of several records before it is halved.
const BATCH_TRIES: u32 = 2;

/// The largest batch, whatever is asked for.
const MAX_BATCH: usize = 100;

/// What a handler failed with.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// How a function reads the stream, after `AWS::Lambda::EventSourceMapping`.
#[derive(Clone, Debug)]
pub struct StreamConfig {
    /// Who reads; its checkpoint goes by this name.
    pub consumer: String,
    /// Records handed over at once; 1 to 100.
    pub batch_size: usize,
    /// Tries of a single record before it is given up (`MaximumRetryAttempts` and one);
    /// `None` tries for ever. A batch of several is halved until the record that fails is
    /// alone (`BisectBatchOnFunctionError`).
    pub max_tries: Option<u32>,
    /// The pause before the second try; it doubles with each further one.
    pub back_off: Duration,
    /// The longest pause.
    pub max_back_off: Duration,
    /// The queue that is told of a record that was given up (`OnFailure`).
    pub on_failure: Option<String>,
}

/// Why the stream could not be read or a checkpoint not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The table's store failed.
    #[error("the stream cannot be read: {0}")]
    Table(#[from] DynoxideError),
    /// A record is not what the table writes.
    #[error("the stream holds an unreadable record")]
    Record(#[from] serde_json::Error),
    /// The checkpoint's store failed.
    #[error("the checkpoint cannot be kept: {0}")]
    Checkpoint(#[from] rusqlite::Error),
    /// The queue for what was given up failed.
    #[error("a record that was given up cannot be reported: {0}")]
    OnFailure(#[from] QueueError),
}

/// Reads the stream for one function.
pub struct StreamReader {
    table: Table,
    checkpoints: Checkpoints,
    queues: Queues,
    clock: Clock,
    config: StreamConfig,
}

impl StreamReader {
    pub(crate) fn new(
        table: Table,
        checkpoints: Checkpoints,
        queues: Queues,
        clock: Clock,
        config: StreamConfig,
    ) -> Self {
        Self { table, checkpoints, queues, clock, config }
    }

    /// Hands records to `handler` until `stop` is true. A batch under way is finished first.
    ///
    /// The handler gets a Lambda event and answers as a function would: anything for success,
    /// or `{"batchItemFailures": [{"itemIdentifier": <sequence number>}]}` to have the
    /// records from the first of these on once more.
    pub async fn run<H, F>(&self, handler: H, mut stop: watch::Receiver<bool>)
    where
        H: Fn(Value) -> F,
        F: Future<Output = Result<Value, HandlerError>>,
    {
        let mut idle = 0_u32;
        while !*stop.borrow() {
            let pause = match self.pass(&handler, Some(&mut stop)).await {
                Ok(0) => {
                    idle = idle.saturating_add(1);
                    if idle < IDLE_AFTER { POLL } else { IDLE_POLL }
                }
                Ok(_) => {
                    idle = 0;
                    continue;
                }
                Err(error) => {
                    tracing::error!(consumer = self.config.consumer, %error, "the stream reader failed");
                    self.config.max_back_off
                }
            };
            // A stop whose sender is gone will never come, and must not end the pause.
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                Ok(()) = stop.changed() => {}
            }
        }
    }

    /// Hands over every record there is now, and returns how many. For tests that drive time
    /// themselves.
    pub async fn drain<H, F>(&self, handler: H) -> Result<usize, StreamError>
    where
        H: Fn(Value) -> F,
        F: Future<Output = Result<Value, HandlerError>>,
    {
        let mut done = 0;
        loop {
            match self.pass(&handler, None).await? {
                0 => return Ok(done),
                passed => done += passed,
            }
        }
    }

    /// Hands over at most one batch, and returns how many records it had.
    async fn pass<H, F>(&self, handler: &H, mut stop: Option<&mut watch::Receiver<bool>>) -> Result<usize, StreamError>
    where
        H: Fn(Value) -> F,
        F: Future<Output = Result<Value, HandlerError>>,
    {
        let position = self.checkpoints.get(&self.config.consumer)?;
        let size = self.config.batch_size.clamp(1, MAX_BATCH);
        let records = read::after(&self.table, position.as_deref(), size)?;
        let count = records.len();
        let mut pieces = VecDeque::from([Piece { records, tries: 0 }]);
        while let Some(mut piece) = pieces.pop_front() {
            if piece.records.is_empty() {
                continue;
            }
            let done = self.offer(handler, &piece.records).await;
            piece.tries += 1;
            if let Some(last) = done.checked_sub(1).and_then(|last| piece.records.get(last)) {
                self.checkpoints.set(&self.config.consumer, &last.sequence_number)?;
                // What comes after a success is tried afresh.
                piece.records.drain(..done);
                piece.tries = 0;
            }
            let exhausted = match piece.records.as_slice() {
                [] => continue,
                [single] => {
                    let exhausted = self.config.max_tries.is_some_and(|max| piece.tries >= max);
                    if exhausted {
                        self.give_up(single, piece.tries)?;
                    }
                    exhausted
                }
                several => {
                    let halved = piece.tries >= BATCH_TRIES;
                    if halved {
                        let second = several.len() / 2;
                        let rest = piece.records.split_off(second);
                        pieces.push_front(Piece { records: rest, tries: 0 });
                        pieces.push_front(Piece { records: piece.records, tries: 0 });
                        continue;
                    }
                    false
                }
            };
            if exhausted {
                continue;
            }
            let pause = self.back_off(piece.tries);
            pieces.push_front(piece);
            match stop.as_deref_mut() {
                Some(stop) => {
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        Ok(()) = stop.changed() => {}
                    }
                    if *stop.borrow() {
                        return Ok(count);
                    }
                }
                None => tokio::time::sleep(pause).await,
            }
        }
        Ok(count)
    }

    /// Offers records once, and returns how many of them, from the first on, are done.
    async fn offer<H, F>(&self, handler: &H, records: &[Record]) -> usize
    where
        H: Fn(Value) -> F,
        F: Future<Output = Result<Value, HandlerError>>,
    {
        let events: Vec<&Value> = records.iter().map(|record| &record.event).collect();
        let call = async { handler(json!({ "Records": events })).await };
        let reason = match AssertUnwindSafe(call).catch_unwind().await {
            Ok(Ok(answer)) => match first_failure(&answer, records) {
                None => return records.len(),
                Some(done) => {
                    tracing::warn!(consumer = self.config.consumer, "a record of a batch failed");
                    return done;
                }
            },
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the handler panicked".to_owned(),
        };
        tracing::warn!(consumer = self.config.consumer, reason, "a batch failed");
        0
    }

    /// Tells the failure queue of a record, as Lambda does: where it is, not what it holds.
    fn give_up(&self, record: &Record, tries: u32) -> Result<(), StreamError> {
        tracing::error!(
            consumer = self.config.consumer,
            sequence_number = record.sequence_number,
            tries,
            "a record was given up"
        );
        if let Some(queue) = &self.config.on_failure {
            let created = record.created.to_string();
            let body = json!({
                "requestContext": {
                    "requestId": Uuid::new_v4().to_string(),
                    "functionArn": self.config.consumer,
                    "condition": "RetryAttemptsExhausted",
                    "approximateInvokeCount": tries,
                },
                "responseContext": {
                    "statusCode": 200,
                    "executedVersion": "$LATEST",
                    "functionError": "Unhandled",
                },
                "version": "1.0",
                "timestamp": (self.clock)().to_string(),
                "DDBStreamBatchInfo": {
                    "shardId": read::shard(&self.table),
                    "startSequenceNumber": record.sequence_number,
                    "endSequenceNumber": record.sequence_number,
                    "approximateArrivalOfFirstRecord": created,
                    "approximateArrivalOfLastRecord": created,
                    "batchSize": 1,
                    "streamArn": record.stream_arn,
                },
            });
            let message = NewMessage { body: body.to_string(), ..NewMessage::default() };
            self.queues.send(queue, &[message])?;
        }
        Ok(self.checkpoints.set(&self.config.consumer, &record.sequence_number)?)
    }

    fn back_off(&self, tries: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
        self.config.back_off.saturating_mul(doubled).min(self.config.max_back_off)
    }
}

/// Records that are offered together.
struct Piece {
    records: Vec<Record>,
    tries: u32,
}

/// The place of the first record that an answer names as failed. An id that is not in the
/// batch fails all of it, as in Lambda.
fn first_failure(answer: &Value, records: &[Record]) -> Option<usize> {
    answer
        .get("batchItemFailures")?
        .as_array()?
        .iter()
        .map(|failure| {
            let id = failure.get("itemIdentifier").and_then(Value::as_str);
            records.iter().position(|record| Some(record.sequence_number.as_str()) == id).unwrap_or(0)
        })
        .min()
}

//! Message move tasks: giving a dead-letter queue's messages another chance.
//!
//! A task's progress is kept in the same transaction as each move, so a killed process
//! goes on where it stopped, and no message is lost or doubled by it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;
use uuid::Uuid;

use super::error::QueueError;
use super::settings::{arn, queue_of_arn};
use super::store::{Queues, existing, find, sources};

/// How often a running task moves messages.
const TICK: Duration = Duration::from_millis(100);

/// Messages a second when the caller names no rate: the most that SQS allows one to name.
const DEFAULT_RATE: u32 = 500;

/// A task that moves messages out of a dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveTask {
    /// What to cancel it by.
    pub handle: String,
    /// The dead-letter queue.
    pub source: String,
    /// Where the messages go; each back to where it came from when `None`.
    pub destination: Option<String>,
    /// At most this many messages a second.
    pub rate: Option<u32>,
    /// How far it is.
    pub status: MoveStatus,
    /// Messages there were at the start.
    pub to_move: u64,
    /// Messages moved so far.
    pub moved: u64,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it was started, in milliseconds since the epoch.
    pub started_at: i64,
    last_id: i64,
}

/// How far a move task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveStatus {
    /// Messages are being moved.
    Running,
    /// Cancelled, and not yet stopped.
    Cancelling,
    /// Stopped before its end.
    Cancelled,
    /// Nothing is left to move.
    Completed,
    /// Stopped at a message that has nowhere to go.
    Failed,
}

impl MoveStatus {
    /// The status as SQS writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Cancelling => "CANCELLING",
            Self::Cancelled => "CANCELLED",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Running, Self::Cancelling, Self::Cancelled, Self::Completed, Self::Failed]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

const COLUMNS: &str = "handle, source, destination, rate, status, to_move, moved, failure, \
                       started_at, last_id";

fn task(row: &Row<'_>) -> rusqlite::Result<MoveTask> {
    let status: String = row.get(4)?;
    Ok(MoveTask {
        handle: row.get(0)?,
        source: row.get(1)?,
        destination: row.get(2)?,
        rate: row.get(3)?,
        status: MoveStatus::parse(&status)
            .ok_or_else(|| rusqlite::Error::InvalidColumnType(4, status, rusqlite::types::Type::Text))?,
        to_move: row.get(5)?,
        moved: row.get(6)?,
        failure: row.get(7)?,
        started_at: row.get(8)?,
        last_id: row.get(9)?,
    })
}

impl Queues {
    /// Starts moving what is in a dead-letter queue now, and returns the task's handle.
    pub fn start_move(
        &self,
        source_arn: &str,
        destination_arn: Option<&str>,
        rate: Option<u32>,
    ) -> Result<String, QueueError> {
        if rate.is_some_and(|rate| !(1..=DEFAULT_RATE).contains(&rate)) {
            return Err(QueueError::InvalidParameter(
                "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: must be between 1 and 500."
                    .to_owned(),
            ));
        }
        let handle = self.write(|store, now| {
            let source = resource(store, "SourceArn", source_arn)?;
            let destination = destination_arn
                .map(|arn| resource(store, "DestinationArn", arn))
                .transpose()?;
            if sources(store, source)?.is_empty() {
                return Err(QueueError::InvalidParameter(
                    "Source queue must be configured as a Dead Letter Queue.".to_owned(),
                ));
            }
            let latest = tasks(store, source, 1)?;
            if latest.iter().any(|task| active(task.status)) {
                return Err(QueueError::UnsupportedOperation(
                    "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
                        .to_owned(),
                ));
            }
            let (to_move, last_id): (u64, i64) = store.query_row(
                "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM messages WHERE queue = ?1",
                [source],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let handle = STANDARD.encode(
                json!({"taskId": Uuid::new_v4().to_string(), "sourceArn": source_arn}).to_string(),
            );
            // One that was started in the same millisecond must not come before this one.
            let started_at = latest
                .iter()
                .map(|task| task.started_at + 1)
                .fold(now, i64::max);
            store.execute(
                "INSERT INTO move_tasks
                     (handle, source, destination, rate, status, last_id, to_move, started_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    handle,
                    source,
                    destination,
                    rate,
                    MoveStatus::Running.name(),
                    last_id,
                    to_move,
                    started_at
                ],
            )?;
            Ok(handle)
        })?;
        self.0.moves.notify_one();
        Ok(handle)
    }

    /// The latest tasks of a dead-letter queue, the newest first; at most `max`.
    pub fn moves(&self, source_arn: &str, max: usize) -> Result<Vec<MoveTask>, QueueError> {
        let store = self.connection();
        let source = resource(&store, "SourceArn", source_arn)?;
        Ok(tasks(&store, source, max)?)
    }

    /// Stops a task, and returns how many messages it has moved. They stay where they are.
    pub fn cancel_move(&self, handle: &str) -> Result<u64, QueueError> {
        let moved = self.write(|store, _| {
            let sql = format!("SELECT {COLUMNS} FROM move_tasks WHERE handle = ?1");
            let found = store.query_row(&sql, [handle], task).optional()?;
            let found = found.ok_or_else(|| QueueError::ResourceNotFound("Task does not exist.".to_owned()))?;
            if found.status != MoveStatus::Running {
                return Err(QueueError::UnsupportedOperation(format!(
                    "Only active tasks can be cancelled; this one is {}.",
                    found.status.name()
                )));
            }
            set_status(store, handle, MoveStatus::Cancelling, None)?;
            Ok(found.moved)
        })?;
        self.0.moves.notify_one();
        Ok(moved)
    }

    /// Moves at most `budget` messages of a task, and returns it as it is then. Running tasks go on by themselves; this
    /// is for whoever cannot wait.
    pub fn step(&self, handle: &str, budget: u32) -> Result<MoveTask, QueueError> {
        let mut reached = Vec::new();
        let task = self.write(|store, now| {
            let sql = format!("SELECT {COLUMNS} FROM move_tasks WHERE handle = ?1");
            let mut current = store.query_row(&sql, [handle], task)?;
            let outcome = match current.status {
                MoveStatus::Running => advance(store, &current, budget, now, &mut reached)?,
                MoveStatus::Cancelling => Outcome::Ended(MoveStatus::Cancelled, None),
                _ => return Ok(current),
            };
            current.moved += reached.len() as u64;
            store.execute("UPDATE move_tasks SET moved = ?2 WHERE handle = ?1", params![handle, current.moved])?;
            if let Outcome::Ended(status, failure) = outcome {
                set_status(store, handle, status, failure)?;
                current.status = status;
                current.failure = failure.map(str::to_owned);
            }
            Ok(current)
        })?;
        reached.sort_unstable();
        reached.dedup();
        for queue in reached {
            self.wake_of(&queue).notify_waiters();
        }
        Ok(task)
    }

    /// Works on move tasks until the store is closed, those that a killed process left
    /// behind first.
    pub(crate) async fn run_moves(&self) {
        let mut closing = self.closing();
        let mut credit = std::collections::HashMap::<String, f64>::new();
        while !*closing.borrow() {
            let handles = self.active_moves().unwrap_or_else(|error| {
                tracing::error!(%error, "move tasks cannot be read");
                Vec::new()
            });
            credit.retain(|handle, _| handles.iter().any(|(active, _)| active == handle));
            for (handle, rate) in &handles {
                let earned = f64::from(rate.unwrap_or(DEFAULT_RATE)) * TICK.as_secs_f64();
                let saved = credit.entry(handle.clone()).or_insert(0.0);
                *saved += earned;
                // At most 50 a tick, so the value fits.
                let budget = saved.floor() as u32;
                *saved -= f64::from(budget);
                if let Err(error) = self.step(handle, budget) {
                    tracing::error!(%error, "a move task could not go on");
                }
            }
            let pause = async {
                if handles.is_empty() {
                    self.0.moves.notified().await;
                } else {
                    tokio::time::sleep(TICK).await;
                }
            };
            tokio::select! {
                () = pause => {}
                _ = closing.changed() => {}
            }
        }
    }

    fn active_moves(&self) -> Result<Vec<(String, Option<u32>)>, QueueError> {
        let store = self.connection();
        let mut query =
            store.prepare_cached("SELECT handle, rate FROM move_tasks WHERE status IN ('RUNNING', 'CANCELLING')")?;
        let handles = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        Ok(handles)
    }
}

enum Outcome {
    Underway,
    Ended(MoveStatus, Option<&'static str>),
}

/// Moves messages as new ones: a fresh id and count, so that they are not given up at once.
/// Only those that were there at the start, so that a task ends although messages fail again.
fn advance(
    store: &Connection,
    current: &MoveTask,
    budget: u32,
    now: i64,
    reached: &mut Vec<String>,
) -> Result<Outcome, QueueError> {
    let mut query = store.prepare_cached(
        "SELECT id, dead_letter_source FROM messages
         WHERE queue = ?1 AND visible_at <= ?2 AND id <= ?3 ORDER BY visible_at, id LIMIT ?4",
    )?;
    let rows = query
        .query_map(params![current.source, now, current.last_id, budget], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, Option<String>)>, _>>()?;
    let drained = rows.len() < budget as usize;
    for (row, came_from) in rows {
        let Some(destination) = current.destination.clone().or(came_from) else {
            return Ok(Outcome::Ended(MoveStatus::Failed, Some("CouldNotDetermineMessageSource")));
        };
        let Some(settings) = find(store, &destination)? else {
            return Ok(Outcome::Ended(MoveStatus::Failed, Some("AWS.SimpleQueueService.NonExistentQueue")));
        };
        store
            .prepare_cached(
                "INSERT INTO messages (message_id, queue, grp, body, attributes,
                     system_attributes, sent_at, entered_at, visible_at)
                 SELECT ?2, ?3, grp, body, attributes, system_attributes, ?4, ?4, ?5
                 FROM messages WHERE id = ?1",
            )?
            .execute(params![
                row,
                Uuid::new_v4().to_string(),
                destination,
                now,
                now + i64::from(settings.delay) * 1000
            ])?;
        store.prepare_cached("DELETE FROM messages WHERE id = ?1")?.execute([row])?;
        reached.push(destination);
    }
    Ok(if drained { Outcome::Ended(MoveStatus::Completed, None) } else { Outcome::Underway })
}

fn active(status: MoveStatus) -> bool {
    matches!(status, MoveStatus::Running | MoveStatus::Cancelling)
}

fn tasks(store: &Connection, source: &str, max: usize) -> rusqlite::Result<Vec<MoveTask>> {
    let sql = format!("SELECT {COLUMNS} FROM move_tasks WHERE source = ?1 ORDER BY started_at DESC LIMIT ?2");
    let mut query = store.prepare_cached(&sql)?;
    query.query_map(params![source, max], task)?.collect()
}

fn set_status(store: &Connection, handle: &str, status: MoveStatus, failure: Option<&str>) -> rusqlite::Result<()> {
    store.execute(
        "UPDATE move_tasks SET status = ?2, failure = ?3 WHERE handle = ?1",
        params![handle, status.name(), failure],
    )?;
    Ok(())
}

/// The name of the queue that an argument means, which must exist.
fn resource<'a>(store: &Connection, parameter: &str, given: &'a str) -> Result<&'a str, QueueError> {
    let name = queue_of_arn(given).ok_or_else(|| {
        QueueError::InvalidParameter(format!(
            "You must use this format to specify the {parameter}: arn:aws:sqs:us-east-1:123456789012:queue"
        ))
    })?;
    match existing(store, name) {
        Ok(_) if given == arn(name) => Ok(name),
        Ok(_) | Err(QueueError::QueueDoesNotExist) => Err(QueueError::ResourceNotFound(format!(
            "The resource that you specified for the {parameter} parameter doesn't exist."
        ))),
        Err(error) => Err(error),
    }
}

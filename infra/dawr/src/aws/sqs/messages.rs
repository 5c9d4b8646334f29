//! Sending, receiving and deleting messages.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use uuid::Uuid;

use super::error::QueueError;
use super::fair;
use super::store::{Queues, existing, guard};

/// Milliseconds between two purges of a queue.
const PURGE_PAUSE: i64 = 60_000;

/// A message attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, with an optional label after a full stop.
    pub data_type: String,
    /// The value of a text or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// The value of a binary, in Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

/// A message to put on a queue.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// Its text.
    pub body: String,
    /// Whose message it is: one group's backlog does not hold up another's.
    pub group: Option<String>,
    /// How long it stays hidden, at most 15 minutes; the queue's own delay when `None`.
    pub delay: Option<Duration>,
    /// Its attributes.
    pub attributes: BTreeMap<String, Attribute>,
    /// Attributes that belong to the system, such as `AWSTraceHeader`.
    pub system_attributes: BTreeMap<String, Attribute>,
}

/// What a receive asks for.
#[derive(Clone, Copy, Debug)]
pub struct ReceiveOptions {
    /// At most this many messages, 1 to 10.
    pub max: usize,
    /// How long they are hidden from others; the queue's own timeout when `None`.
    pub visibility: Option<Duration>,
    /// How long to wait for the first one; the queue's own wait when `None`.
    pub wait: Option<Duration>,
}

/// A received message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// What to delete it by. Another receive makes another one.
    pub receipt_handle: String,
    /// Its text.
    pub body: String,
    /// Whose message it is.
    pub group: Option<String>,
    /// Its attributes.
    pub attributes: BTreeMap<String, Attribute>,
    /// Attributes that belong to the system.
    pub system_attributes: BTreeMap<String, Attribute>,
    /// When it was sent, in milliseconds since the epoch.
    pub sent_at: i64,
    /// When it was first received, in milliseconds since the epoch.
    pub first_received_at: i64,
    /// How often it was received, this time included.
    pub receive_count: u32,
    /// The queue that gave it up, when this is a dead-letter queue.
    pub dead_letter_source: Option<String>,
}

impl Queues {
    /// Puts messages on a queue, all or none, and returns their ids.
    pub fn send(&self, queue: &str, messages: &[NewMessage]) -> Result<Vec<String>, QueueError> {
        let ids = self.write(|store, now| {
            let delay = existing(store, queue)?.delay;
            let mut insert = store.prepare_cached(
                "INSERT INTO messages (message_id, queue, grp, body, attributes,
                     system_attributes, sent_at, entered_at, visible_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)",
            )?;
            let mut ids = Vec::with_capacity(messages.len());
            for message in messages {
                let id = Uuid::new_v4().to_string();
                let delay = message.delay.unwrap_or(Duration::from_secs(delay.into()));
                insert.execute(params![
                    id,
                    queue,
                    fair::key(message.group.as_deref()),
                    message.body,
                    serde_json::to_string(&message.attributes)?,
                    serde_json::to_string(&message.system_attributes)?,
                    now,
                    now + span(delay),
                ])?;
                ids.push(id);
            }
            Ok(ids)
        })?;
        self.wake_of(queue).notify_waiters();
        Ok(ids)
    }

    /// Takes messages off a queue, one group after the other, and waits for the first one.
    pub async fn receive(&self, queue: &str, options: ReceiveOptions) -> Result<Vec<Message>, QueueError> {
        let wake = self.wake_of(queue);
        let mut closing = self.closing();
        let mut deadline = None;
        loop {
            // Registered before looking, so that no send falls between.
            let mut woken = pin!(wake.notified());
            woken.as_mut().enable();
            let (messages, wait) = self.take(queue, options)?;
            let now = Instant::now();
            let deadline = *deadline.get_or_insert(now + wait);
            if !messages.is_empty() || deadline <= now || *closing.borrow() {
                return Ok(messages);
            }
            let due = match self.next_due(queue)? {
                Some(due) => deadline.min(now + due),
                None => deadline,
            };
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep_until(due) => {}
                _ = closing.changed() => {}
            }
        }
    }

    /// Takes what is there, and tells how long a receive may wait.
    fn take(&self, queue: &str, options: ReceiveOptions) -> Result<(Vec<Message>, Duration), QueueError> {
        let last = guard(&self.0.served).get(queue).cloned().unwrap_or_default();
        let (batch, wait, dead_letter) = self.write(|store, now| {
            let settings = existing(store, queue)?;
            let hidden = options.visibility.unwrap_or(Duration::from_secs(settings.visibility_timeout.into()));
            let wait = options.wait.unwrap_or(Duration::from_secs(settings.receive_wait.into()));
            let redrive = settings.redrive.as_ref();
            let mut batch = fair::Batch::default();
            let mut moved_any = None;
            // What was given up makes room for what was not.
            loop {
                let candidates = fair::candidates(store, queue, &last, now, options.max)?;
                let mut moved = false;
                for candidate in candidates {
                    match redrive {
                        Some(redrive) if candidate.receive_count >= redrive.max_receive_count => {
                            bury(store, candidate.row, queue, &redrive.dead_letter, now)?;
                            moved = true;
                        }
                        _ => {
                            let message = hand_out(store, candidate.row, queue, now, hidden)?;
                            batch.push(message, candidate.group);
                        }
                    }
                }
                if moved {
                    moved_any = redrive.map(|redrive| redrive.dead_letter.clone());
                }
                if !moved || !batch.messages.is_empty() {
                    return Ok((batch, wait, moved_any));
                }
            }
        })?;
        if let Some(group) = batch.last_group {
            guard(&self.0.served).insert(queue.to_owned(), group);
        }
        if let Some(dead_letter) = dead_letter {
            self.wake_of(&dead_letter).notify_waiters();
        }
        Ok((batch.messages, wait))
    }

    /// How long until a hidden message of the queue can be seen; `None` if none is hidden.
    pub fn next_due(&self, queue: &str) -> Result<Option<Duration>, QueueError> {
        let now = self.now();
        let due: Option<i64> = self
            .connection()
            .prepare_cached("SELECT MIN(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2")?
            .query_row(params![queue, now], |row| row.get(0))?;
        Ok(due.map(|due| Duration::from_millis(u64::try_from(due - now).unwrap_or_default())))
    }

    /// Deletes a message. A handle that a later receive has replaced deletes nothing, and
    /// that is no error, as in SQS.
    pub fn delete(&self, queue: &str, receipt_handle: &str) -> Result<(), QueueError> {
        let receipt = Receipt::read(receipt_handle, queue)?;
        self.write(|store, _| {
            existing(store, queue)?;
            store
                .prepare_cached("DELETE FROM messages WHERE id = ?1 AND queue = ?2 AND receive_count = ?3")?
                .execute(params![receipt.row, queue, receipt.receive_count])?;
            Ok(())
        })
    }

    /// Hides a received message for this long from now; at most 12 hours.
    pub fn hide(&self, queue: &str, receipt_handle: &str, hidden: Duration) -> Result<(), QueueError> {
        let receipt = Receipt::read(receipt_handle, queue)?;
        self.write(|store, now| {
            existing(store, queue)?;
            let visible_at: Option<i64> = store
                .prepare_cached(
                    "SELECT visible_at FROM messages
                     WHERE id = ?1 AND queue = ?2 AND receive_count = ?3",
                )?
                .query_row(params![receipt.row, queue, receipt.receive_count], |row| {
                    row.get(0)
                })
                .optional()?;
            match visible_at {
                None => Err(QueueError::InvalidParameter(format!(
                    "Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."
                ))),
                Some(visible_at) if visible_at <= now => Err(QueueError::MessageNotInflight),
                Some(_) => {
                    store
                        .prepare_cached("UPDATE messages SET visible_at = ?2 WHERE id = ?1")?
                        .execute(params![receipt.row, now + span(hidden)])?;
                    Ok(())
                }
            }
        })?;
        self.wake_of(queue).notify_waiters();
        Ok(())
    }

    /// Deletes every message of a queue.
    pub fn purge(&self, queue: &str) -> Result<(), QueueError> {
        self.write(|store, _| {
            existing(store, queue)?;
            store.execute("DELETE FROM messages WHERE queue = ?1", [queue])?;
            Ok(())
        })
    }

    /// The same for a caller of the API, who may do so once a minute.
    pub(super) fn purge_once(&self, queue: &str) -> Result<(), QueueError> {
        let now = self.now();
        existing(&self.connection(), queue)?;
        let last = guard(&self.0.purged).get(queue).copied();
        if last.is_some_and(|last| (0..PURGE_PAUSE).contains(&(now - last))) {
            return Err(QueueError::PurgeInProgress(queue.to_owned()));
        }
        self.purge(queue)?;
        guard(&self.0.purged).insert(queue.to_owned(), now);
        Ok(())
    }
}

/// Puts a message that was received too often where a person finds it. It keeps its id, the
/// time it was sent and its count, as in SQS.
fn bury(store: &Connection, row: i64, queue: &str, dead_letter: &str, now: i64) -> Result<(), QueueError> {
    store
        .prepare_cached(
            "UPDATE messages SET queue = ?2, entered_at = ?3, visible_at = ?3, in_flight = 0,
                 dead_letter_source = ?4
             WHERE id = ?1",
        )?
        .execute(params![row, dead_letter, now, queue])?;
    Ok(())
}

fn hand_out(store: &Connection, row: i64, queue: &str, now: i64, hidden: Duration) -> Result<Message, QueueError> {
    let (message, attributes, system_attributes) = store
        .prepare_cached(
            "UPDATE messages SET visible_at = ?3, receive_count = receive_count + 1,
                 in_flight = 1, first_received_at = COALESCE(first_received_at, ?2)
             WHERE id = ?1
             RETURNING message_id, grp, body, attributes, system_attributes, sent_at,
                 first_received_at, receive_count, dead_letter_source",
        )?
        .query_row(params![row, now, now + span(hidden)], |found| {
            let receive_count: u32 = found.get(7)?;
            let receipt = Receipt { row, receive_count };
            let message = Message {
                id: found.get(0)?,
                receipt_handle: receipt.write(queue),
                group: fair::group_of(&found.get::<_, String>(1)?),
                body: found.get(2)?,
                attributes: BTreeMap::new(),
                system_attributes: BTreeMap::new(),
                sent_at: found.get(5)?,
                first_received_at: found.get(6)?,
                receive_count,
                dead_letter_source: found.get(8)?,
            };
            Ok((message, found.get::<_, String>(3)?, found.get::<_, String>(4)?))
        })?;
    Ok(Message {
        attributes: serde_json::from_str(&attributes)?,
        system_attributes: serde_json::from_str(&system_attributes)?,
        ..message
    })
}

/// Which receive of which message a handle stands for.
struct Receipt {
    row: i64,
    receive_count: u32,
}

impl Receipt {
    fn write(&self, queue: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}.{}.{queue}", self.row, self.receive_count))
    }

    fn read(handle: &str, queue: &str) -> Result<Self, QueueError> {
        let parse = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(handle).ok()?).ok()?;
            let mut parts = text.splitn(3, '.');
            let receipt = Self { row: parts.next()?.parse().ok()?, receive_count: parts.next()?.parse().ok()? };
            (parts.next()? == queue).then_some(receipt)
        };
        parse().ok_or(QueueError::ReceiptHandleIsInvalid)
    }
}

fn span(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}

//! The webhooks that are still owed.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

use super::instant;
use super::messages::{self, Told};
use crate::simulator::error::SimulatorError;

/// A webhook to send now.
pub(in crate::simulator) struct Owed {
    pub(in crate::simulator) id: i64,
    pub(in crate::simulator) message: i64,
    pub(in crate::simulator) event: String,
    pub(in crate::simulator) body: String,
    pub(in crate::simulator) attempts: u32,
    pub(in crate::simulator) callback: String,
    pub(in crate::simulator) app_secret: String,
}

/// A webhook in the list of those owed.
pub(in crate::simulator) struct OwedSummary {
    pub(in crate::simulator) id: i64,
    pub(in crate::simulator) wamid: String,
    pub(in crate::simulator) event: String,
    pub(in crate::simulator) due: Timestamp,
    pub(in crate::simulator) attempts: u32,
    pub(in crate::simulator) outcome: Option<String>,
}

/// Event name of the webhook that carries a patient's own message.
pub(in crate::simulator) const INBOUND: &str = "message";
/// Event name of any other webhook: of the account, of a template, or as somebody wrote it.
pub(in crate::simulator) const EVENT: &str = "event";

// Webhooks of one message go one after the other, so that the order the schedule chose is the order that arrives.
const HEAD: &str = "NOT EXISTS (SELECT 1 FROM webhook e WHERE e.message = w.message AND e.id < w.id)";

pub(in crate::simulator) fn add(
    db: &Connection,
    message: i64,
    event: &str,
    body: &str,
    due: Timestamp,
) -> Result<(), SimulatorError> {
    db.prepare_cached("INSERT INTO webhook (message, event, body, due) VALUES (?1, ?2, ?3, ?4)")?.execute((
        message,
        event,
        body,
        due.as_millisecond(),
    ))?;
    Ok(())
}

fn owed(row: &Row<'_>) -> rusqlite::Result<Owed> {
    Ok(Owed {
        id: row.get(0)?,
        message: row.get(1)?,
        event: row.get(2)?,
        body: row.get(3)?,
        attempts: row.get(4)?,
        callback: row.get(5)?,
        app_secret: row.get(6)?,
    })
}

/// At most `limit` webhooks that are due, the longest due first.
pub(in crate::simulator) fn due(db: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Owed>, SimulatorError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(db
        .prepare_cached(&format!(
            "SELECT w.id, w.message, w.event, w.body, w.attempts, n.callback, n.app_secret
             FROM webhook w JOIN message m ON m.id = w.message
             JOIN number n ON n.phone_number_id = m.phone_number_id
             WHERE w.due <= ?1 AND {HEAD} ORDER BY w.due, w.id LIMIT ?2"
        ))?
        .query_map((now.as_millisecond(), limit), owed)?
        .collect::<Result<Vec<_>, _>>()?)
}

/// When the next webhook after `now` becomes due.
pub(in crate::simulator) fn next_due(db: &Connection, now: Timestamp) -> Result<Option<Timestamp>, SimulatorError> {
    db.prepare_cached(&format!("SELECT w.due FROM webhook w WHERE w.due > ?1 AND {HEAD} ORDER BY w.due LIMIT 1"))?
        .query_row([now.as_millisecond()], |row| row.get(0))
        .optional()?
        .map(instant)
        .transpose()
}

/// All owed, the next first.
pub(in crate::simulator) fn all(db: &Connection) -> Result<Vec<OwedSummary>, SimulatorError> {
    let rows = db
        .prepare_cached(
            "SELECT w.id, m.wamid, w.event, w.due, w.attempts, w.outcome
             FROM webhook w JOIN message m ON m.id = w.message ORDER BY w.due, w.id",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))?
        .collect::<Result<Vec<(i64, String, String, i64, u32, Option<String>)>, _>>()?;
    rows.into_iter()
        .map(|(id, wamid, event, due, attempts, outcome)| {
            Ok(OwedSummary { id, wamid, event, due: instant(due)?, attempts, outcome })
        })
        .collect()
}

/// How many are owed.
pub(in crate::simulator) fn count(db: &Connection) -> Result<i64, SimulatorError> {
    Ok(db.prepare_cached("SELECT count(*) FROM webhook")?.query_row([], |row| row.get(0))?)
}

/// The webhook was answered with 200: it is owed no more, and the message's tick moves.
pub(in crate::simulator) fn settle(db: &Connection, owed: &Owed) -> Result<(), SimulatorError> {
    db.prepare_cached("DELETE FROM webhook WHERE id = ?1")?.execute([owed.id])?;
    let told = match owed.event.as_str() {
        "sent" => Told::Sent,
        "delivered" | INBOUND | EVENT => Told::Delivered,
        "read" => Told::Read,
        "failed" => Told::Failed,
        _ => return Err(SimulatorError::Decode("webhook event")),
    };
    messages::tell(db, owed.message, told)
}

/// The webhook was not answered with 200: it stays owed until then.
pub(in crate::simulator) fn postpone(
    db: &Connection,
    id: i64,
    due: Timestamp,
    outcome: &str,
) -> Result<(), SimulatorError> {
    db.prepare_cached("UPDATE webhook SET due = ?2, attempts = attempts + 1, outcome = ?3 WHERE id = ?1")?
        .execute((id, due.as_millisecond(), outcome))?;
    Ok(())
}

/// Makes those due that were only waiting for another try, in the order in which they were first due. Used when the
/// receiver may have come back.
pub(in crate::simulator) fn retry_now(db: &Connection, now: Timestamp) -> Result<(), SimulatorError> {
    db.execute(
        "UPDATE webhook SET due = min(due, ?1) WHERE attempts > 0",
        [(now - SignedDuration::from_millis(1)).as_millisecond()],
    )?;
    Ok(())
}

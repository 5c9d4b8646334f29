//! A record of the table's stream: as much of it as the relay reads. Each is read for itself, so that one that cannot be read keeps
//! no other.

use dawr_store::{
    Handed, Key, Wake,
    wake::{Image, NoWake},
};
use serde::Deserialize;
use serde_json::Value;

use crate::sending::Call;

/// The event that something is gone.
const REMOVE: &str = "REMOVE";

/// A record.
#[derive(Default, Deserialize)]
struct Record {
    #[serde(default, rename = "eventName")]
    event: String,
    #[serde(default, rename = "dynamodb")]
    change: Change,
}

#[derive(Default, Deserialize)]
struct Change {
    #[serde(default, rename = "SequenceNumber")]
    sequence: String,
    #[serde(default, rename = "Keys")]
    keys: Option<Value>,
    #[serde(default, rename = "NewImage")]
    new: Option<Value>,
    #[serde(default, rename = "OldImage")]
    old: Option<Value>,
}

/// What cannot be read: where it is, as far as that is known.
pub struct Unreadable {
    /// The stream's own name for the record.
    pub sequence: String,
    /// Which item it is about.
    pub key: Option<Key>,
    /// What the item is.
    pub kind: String,
}

/// The stream's own name for a record, by which it is also asked for again.
pub fn sequence(record: &Value) -> String {
    let named = record.pointer("/dynamodb/SequenceNumber").or_else(|| record.get("eventID"));
    named.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The job that a change asks for, if any.
pub fn read(record: Value) -> Result<Option<Call>, Unreadable> {
    let sequence = sequence(&record);
    let unreadable = |key: Option<Key>, kind: String| Unreadable { sequence: sequence.clone(), key, kind };
    let Record { event, change } = serde_json::from_value(record).map_err(|_| unreadable(None, String::new()))?;
    let keys = change.keys.and_then(|keys| image(keys)?.key());
    // What is gone wants nothing.
    if event == REMOVE {
        return Ok(None);
    }
    let Some(new) = change.new.and_then(image) else { return Err(unreadable(keys, String::new())) };
    let Some(key) = new.key().or(keys) else { return Err(unreadable(None, new.kind())) };
    let wake = match new.wake() {
        Ok(Some(wake)) => wake,
        Ok(None) => return Ok(None),
        Err(NoWake) => return Err(unreadable(Some(key), new.kind())),
    };
    // An old image that cannot be read is no reason not to hand on: the job would be void.
    let before = change.old.and_then(image).and_then(|old| old.wake().ok().flatten());
    if before.is_some_and(|before: Wake| before.n == wake.n && before.queue == wake.queue) {
        return Ok(None);
    }
    let is_due_later = new.is_due();
    Ok(Some(Call {
        sequence: change.sequence,
        is_due_later,
        at: wake.at,
        job: Handed::of(new.kind(), key, wake.n),
        queue: wake.queue,
    }))
}

fn image(value: Value) -> Option<Image> {
    serde_json::from_value(value).ok()
}

#[cfg(test)]
mod tests;

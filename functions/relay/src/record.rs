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
mod tests {
    use serde_json::json;

    use super::*;

    fn image(n: Option<&str>) -> Value {
        let mut image = json!({
            "PK": { "S": "T#ten_01#MESSAGE#msg_01" }, "SK": { "S": "MESSAGE" }, "kind": { "S": "message" },
            "to": { "S": "+966501234567" }, "odd": { "B": "AAE=" },
        });
        if let Some(n) = n {
            image["wake"] = json!({ "M": { "queue": { "S": "sends" }, "n": { "N": n }, "more": { "BOOL": true } } });
        }
        image
    }

    fn record(new: &Value, old: &Value) -> Value {
        let keys = json!({ "PK": new["PK"], "SK": new["SK"] });
        json!({ "dynamodb": { "SequenceNumber": "7", "Keys": keys, "NewImage": new, "OldImage": old } })
    }

    fn asks(new: &Value, old: &Value) -> Option<u64> {
        read(record(new, old)).ok().unwrap().map(|call| call.job.n)
    }

    #[test]
    fn a_job_is_handed_on_when_its_number_is_new() {
        let (none, one, two) = (image(None), image(Some("1")), image(Some("2")));
        assert_eq!(asks(&one, &Value::Null), Some(1));
        assert_eq!(asks(&one, &none), Some(1));
        assert_eq!(asks(&two, &one), Some(2));
        assert_eq!(asks(&one, &one), None);
        assert_eq!(asks(&none, &one), None);
    }

    #[test]
    fn what_is_gone_wants_nothing() {
        let old = image(Some("1"));
        let gone = |event: &str| {
            let change = json!({ "SequenceNumber": "7", "Keys": old, "OldImage": old });
            read(json!({ "eventName": event, "dynamodb": change }))
        };
        assert!(gone("REMOVE").ok().unwrap().is_none());
        // A stream that shows no images says at least where.
        assert!(gone("MODIFY").err().unwrap().key.is_some());
    }

    #[test]
    fn what_cannot_be_read_says_where_it_is_as_far_as_it_can() {
        let none = Value::Null;
        let broken = |wake: Value| {
            let mut image = image(None);
            image["wake"] = wake;
            read(record(&image, &none)).err().unwrap()
        };
        for wake in [json!({ "S": "sends" }), json!({ "M": { "queue": { "S": "sends" } } }), json!({ "M": {} })] {
            let unreadable = broken(wake);
            assert_eq!((unreadable.sequence.as_str(), unreadable.kind.as_str()), ("7", "message"));
            assert_eq!(unreadable.key.unwrap().kind(), "MESSAGE");
        }
        for record in [json!("no record"), json!({ "dynamodb": { "SequenceNumber": "7", "NewImage": { "PK": 1 } } })] {
            assert!(read(record).err().unwrap().key.is_none());
        }
    }
}

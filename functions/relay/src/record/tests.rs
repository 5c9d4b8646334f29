//! Records as the stream writes them.

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

//! The stream, as a function gets it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_lambda_events::dynamodb::Event;
use dynoxide::actions::put_item::PutItemRequest;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Hand, Machine, resources};
use crate::aws::{Aws, HandlerError, NewMessage, ReceiveOptions, Storage, StreamConfig};

type Seen = Arc<Mutex<Vec<Vec<String>>>>;

fn config(batch_size: usize) -> StreamConfig {
    StreamConfig {
        consumer: "relay".to_owned(),
        batch_size,
        max_tries: Some(3),
        back_off: Duration::from_millis(1),
        max_back_off: Duration::from_millis(4),
        on_failure: Some("other".to_owned()),
    }
}

fn put(aws: &Aws, sk: &str) {
    let request = json!({
        "TableName": "dawr",
        "Item": {"PK": {"S": "p"}, "SK": {"S": sk}, "n": {"N": "1.5"}, "b": {"B": "AP8="}},
    });
    let request: PutItemRequest = serde_json::from_value(request).unwrap();
    aws.table().database().put_item(request).unwrap();
}

fn sort_keys(event: &Value) -> Vec<String> {
    event["Records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap().to_owned())
        .collect()
}

/// A handler that notes what it got, and fails on batches with this record.
fn noting(
    seen: &Seen,
    poison: &'static str,
) -> impl Fn(Value) -> std::future::Ready<Result<Value, HandlerError>> + use<> {
    let seen = Arc::clone(seen);
    move |event| {
        let keys = sort_keys(&event);
        let bad = keys.iter().any(|key| key == poison);
        seen.lock().unwrap().push(keys);
        std::future::ready(if bad { Err("poison".into()) } else { Ok(Value::Null) })
    }
}

#[tokio::test]
async fn an_event_has_the_shape_of_lambdas() {
    let machine = Machine::start().await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    put(&machine.aws, "1");
    put(&machine.aws, "1");
    machine
        .aws
        .stream(config(100))
        .drain(|event| {
            tell.send(event).unwrap();
            std::future::ready(Ok(Value::Null))
        })
        .await
        .unwrap();
    let event = told.recv().await.unwrap();
    let first = &event["Records"][0];
    let mut fields: Vec<&String> = first.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(
        fields,
        ["awsRegion", "dynamodb", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion"]
    );
    assert_eq!(first["eventName"], "INSERT");
    assert_eq!(first["eventSource"], "aws:dynamodb");
    assert_eq!(first["dynamodb"]["ApproximateCreationDateTime"], 1_767_225_600);
    assert_eq!(first["dynamodb"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!(
        first["dynamodb"]["NewImage"],
        json!({"PK": {"S": "p"}, "SK": {"S": "1"}, "n": {"N": "1.5"}, "b": {"B": "AP8="}})
    );
    let parsed: Event = serde_json::from_value(event).unwrap();
    assert_eq!(parsed.records[1].event_name, "MODIFY");
    assert_eq!(parsed.records[1].change.old_image.len(), 4);
    assert!(
        parsed.records[0]
            .event_source_arn
            .as_deref()
            .unwrap()
            .starts_with("arn:aws:dynamodb:us-east-1:000000000000:table/dawr/stream/")
    );
}

#[tokio::test]
async fn records_come_in_order_and_once_when_all_goes_well() {
    let machine = Machine::start().await;
    for number in 0..25 {
        put(&machine.aws, &format!("{number:02}"));
    }
    let seen = Seen::default();
    let reader = machine.aws.stream(config(10));
    assert_eq!(reader.drain(noting(&seen, "")).await.unwrap(), 25);
    assert_eq!(reader.drain(noting(&seen, "")).await.unwrap(), 0);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
    let flat: Vec<String> = seen.iter().flatten().cloned().collect();
    let expected: Vec<String> = (0..25).map(|number| format!("{number:02}")).collect();
    assert_eq!(flat, expected);
}

#[tokio::test]
async fn a_record_that_always_fails_is_found_and_given_up() {
    let machine = Machine::start().await;
    for number in 0..8 {
        put(&machine.aws, &number.to_string());
    }
    let seen = Seen::default();
    let reader = machine.aws.stream(config(100));
    reader.drain(noting(&seen, "5")).await.unwrap();
    let seen = seen.lock().unwrap().clone();
    let alone = vec!["5".to_owned()];
    assert_eq!(seen.iter().filter(|batch| **batch == alone).count(), 3);
    for good in ["0", "1", "2", "3", "4", "6", "7"] {
        let done = seen
            .iter()
            .filter(|batch| !batch.contains(&"5".to_owned()))
            .filter(|batch| batch.contains(&good.to_owned()))
            .count();
        assert_eq!(done, 1, "{good} succeeded once");
    }
    let told =
        machine.aws.queues().receive("other", ReceiveOptions { max: 10, visibility: None, wait: None }).await.unwrap();
    assert_eq!(told.len(), 1);
    let body: Value = serde_json::from_str(&told[0].body).unwrap();
    assert_eq!(body["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(body["DDBStreamBatchInfo"]["batchSize"], 1);
    assert!(!told[0].body.contains("\"PK\""), "nothing of the record itself");
}

#[tokio::test]
async fn a_partial_answer_is_taken_at_its_word_and_a_panic_is_a_failure() {
    let machine = Machine::start().await;
    for number in 0..4 {
        put(&machine.aws, &number.to_string());
    }
    let seen = Seen::default();
    let calls = Arc::clone(&seen);
    let handler = move |event: Value| {
        let calls = Arc::clone(&calls);
        async move {
            let keys = sort_keys(&event);
            let call = {
                let mut calls = calls.lock().unwrap();
                calls.push(keys.clone());
                calls.len()
            };
            match call {
                1 => {
                    let third = &event["Records"][2]["dynamodb"]["SequenceNumber"];
                    Ok(json!({"batchItemFailures": [{"itemIdentifier": third}]}))
                }
                2 => panic!("on purpose"),
                _ => Ok(json!({"batchItemFailures": []})),
            }
        }
    };
    machine.aws.stream(config(100)).drain(handler).await.unwrap();
    let expected = [vec!["0", "1", "2", "3"], vec!["2", "3"], vec!["2", "3"]];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_reader_wakes_soon_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    for storage in [Storage::Memory, Storage::Folder(folder.path().to_owned())] {
        let aws = Aws::open(&storage, Hand::new().clock(), &resources()).unwrap();
        wakes_soon(&aws).await;
    }
}

async fn wakes_soon(aws: &Aws) {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(false);
    let reader = aws.stream(config(100));
    let task = tokio::spawn(async move {
        let handler = |event| {
            tell.send(sort_keys(&event)).unwrap();
            std::future::ready(Ok(Value::Null))
        };
        reader.run(handler, stopped).await;
    });
    let mut slowest = Duration::ZERO;
    for number in 0..10 {
        // Long enough for the reader to be idle each time.
        tokio::time::sleep(Duration::from_millis(30)).await;
        let began = Instant::now();
        put(aws, &number.to_string());
        assert_eq!(told.recv().await.unwrap(), [number.to_string()]);
        slowest = slowest.max(began.elapsed());
    }
    // 50 ms on an idle machine; a test machine is not idle.
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
    stop.send_replace(true);
    task.await.unwrap();
}

#[tokio::test]
async fn the_stream_and_its_checkpoint_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::Folder(folder.path().to_owned());
    let hand = Hand::new();
    let seen = Seen::default();
    {
        let aws = Aws::open(&storage, hand.clock(), &resources()).unwrap();
        put(&aws, "1");
        put(&aws, "2");
        aws.stream(config(1)).drain(noting(&seen, "")).await.unwrap();
        put(&aws, "3");
    }
    let aws = Aws::open(&storage, hand.clock(), &resources()).unwrap();
    put(&aws, "4");
    let reader = aws.stream(config(1));
    reader.drain(noting(&seen, "")).await.unwrap();
    let flat: Vec<String> = seen.lock().unwrap().iter().flatten().cloned().collect();
    assert_eq!(flat, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_copy_begins_with_what_was_saved_and_goes_its_own_way() {
    let hand = Hand::new();
    let aws = Aws::open(&Storage::Memory, hand.clock(), &resources()).unwrap();
    let (seen, folder) = (Seen::default(), tempfile::tempdir().unwrap());
    put(&aws, "1");
    aws.stream(config(1)).drain(noting(&seen, "")).await.unwrap();
    put(&aws, "2");
    let message = NewMessage { body: "kept".to_owned(), ..NewMessage::default() };
    aws.queues().send("jobs", std::slice::from_ref(&message)).unwrap();
    aws.save(folder.path()).unwrap();
    assert!(aws.save(folder.path()).is_err(), "what was saved is not written over");
    put(&aws, "elsewhere");

    for number in ["3", "4"] {
        let copy = Aws::open(&Storage::Copy(folder.path().to_owned()), hand.clock(), &resources()).unwrap();
        assert_eq!(copy.queues().depth("jobs").unwrap().visible, 1);
        copy.queues().send("jobs", std::slice::from_ref(&message)).unwrap();
        put(&copy, number);
        let seen = Seen::default();
        copy.stream(config(100)).drain(noting(&seen, "")).await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [["2", number]], "it was read up to there");
    }
}

#[tokio::test]
async fn only_old_records_that_every_reader_has_seen_are_trimmed() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::Folder(folder.path().to_owned());
    // dynoxide stamps a file's records with the real time: a day later is one to trim them.
    let later = crate::aws::system_clock();
    let clock: crate::aws::Clock = Arc::new(move || later() + jiff::SignedDuration::from_hours(25));
    let aws = Aws::open(&storage, clock, &resources()).unwrap();
    for number in 0..500 {
        put(&aws, &number.to_string());
    }
    let seen = Seen::default();
    let handler = noting(&seen, "");
    let reader = aws.stream(config(100));
    assert_eq!(aws.checkpoints.lowest().unwrap(), None);
    reader.drain(&handler).await.unwrap();
    put(&aws, "unread");
    let lowest = aws.checkpoints.lowest().unwrap().unwrap();
    assert_eq!(aws.table().trim_stream(lowest).unwrap(), 500);
    assert_eq!(reader.drain(&handler).await.unwrap(), 1);
    let lowest = aws.checkpoints.lowest().unwrap().unwrap();
    assert_eq!(aws.table().trim_stream(lowest).unwrap(), 0, "the newest stays");
}

//! The relay: one queue's trouble is nobody else's, and nothing that an item wants is lost.

use std::{sync::Arc, time::Duration};

use dawr_api::function::Queue;
use dawr_testkit::{Faults, TestCloud, TestOptions};
use serde_json::{Value, json};

use crate::desk::Desk;

async fn cloud(faults: &Faults) -> TestCloud {
    TestCloud::with(TestOptions { between: Some(faults.between()), ..TestOptions::default() }).await
}

fn to_queue(queue: Queue) -> impl Fn(&str, &str) -> bool + Send + Sync + 'static {
    move |target, body| target.ends_with("SendMessageBatch") && body.contains(&format!("/{}\"", queue.as_str()))
}

fn depth(cloud: &TestCloud, queue: Queue) -> u64 {
    let depth = cloud.inner().aws().queues().depth(queue.as_str()).unwrap();
    depth.visible + depth.delayed
}

/// Hands records to the stream's reader, and gives the answer.
async fn relay(cloud: &TestCloud, records: &[Value]) -> Value {
    let functions = cloud.inner().functions();
    functions.invoke(functions.named("relay").unwrap(), json!({ "Records": records })).await.unwrap()
}

fn record(sequence: &str, new: &Value) -> Value {
    let keys = json!({ "PK": new["PK"], "SK": new["SK"] });
    json!({ "eventID": sequence, "dynamodb": { "SequenceNumber": sequence, "Keys": keys, "NewImage": new } })
}

/// An item of a kind that nobody knows, which wants a job of a queue.
fn item(name: &str, wake: Value) -> Value {
    json!({
        "PK": { "S": format!("T#ten_x#THING#{name}") }, "SK": { "S": "THING" }, "kind": { "S": "thing" },
        "version": { "N": "1" }, "secret": { "S": "+966501234567" }, "wake": wake,
    })
}

fn wake(queue: &str) -> Value {
    json!({ "M": { "queue": { "S": queue }, "n": { "N": "7" } } })
}

/// The same in the index of what is due.
fn due(name: &str, wake: Value, shard: u8) -> Value {
    let mut item = item(name, wake);
    item["GSI2PK"] = json!({ "S": format!("DUE#{shard:020}") });
    item["GSI2SK"] = json!({ "S": format!("DUE#{:020}#{name}", 1) });
    item
}

#[tokio::test]
async fn a_queue_that_refuses_holds_up_no_other_and_gets_its_jobs_later() {
    let faults = Faults::new(1);
    let cloud = cloud(&faults).await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 12).await;
    let template = desk.template("نص").await;
    cloud.settle().await;

    faults.refuse(to_queue(Queue::Audits));
    desk.sending(&template, &tickets).expect(202).await;
    cloud.inner().relay().await.unwrap();
    assert_eq!(depth(&cloud, Queue::Sends), 12, "what goes by other queues goes");
    let parked = cloud.items_of("parked");
    assert!(!parked.is_empty());
    assert!(parked.iter().all(|parked| parked["queue"]["S"] == "audits" && parked["reason"]["S"] == "refused"));
    assert!(cloud.items_of("audit").len() > cloud.items_of("seal").len());
    // While it refuses it is tried less and less often.
    cloud.pass(Duration::from_secs(3 * 60)).await;
    let tries = |parked: &Value| parked["tries"]["N"].as_str().unwrap().parse::<u32>().unwrap();
    assert!(cloud.items_of("parked").iter().all(|parked| (1..=3).contains(&tries(parked))), "{parked:?}");

    faults.refuse_none();
    cloud.pass(Duration::from_secs(5 * 60)).await;
    assert!(cloud.items_of("parked").is_empty());
    assert_eq!(cloud.items_of("audit").len(), cloud.items_of("seal").len(), "nothing is lost");
}

#[tokio::test]
async fn what_cannot_be_read_is_parked_without_what_it_says() {
    let faults = Faults::new(1);
    let cloud = cloud(&faults).await;
    let broken = [
        record("1", &item("no-form", json!({ "S": "sends" }))),
        record("2", &item("no-number", json!({ "M": { "queue": { "S": "sends" } } }))),
        record("3", &item("no-such-queue", wake("dreams"))),
        json!({ "eventID": "4", "dynamodb": { "SequenceNumber": "4", "NewImage": { "PK": 7 } } }),
        json!({ "eventID": "5", "dynamodb": [] }),
    ];
    let mut records = broken.to_vec();
    records.insert(2, record("6", &item("well", wake("audits"))));
    for _ in 0..2 {
        // It comes twice: it is parked once.
        let answer = relay(&cloud, &records).await;
        assert_eq!(answer["batchItemFailures"], json!([]), "none of it holds up the stream");
    }
    assert_eq!(depth(&cloud, Queue::Audits), 2, "what can be read is handed on");
    let parked = cloud.items_of("parked");
    assert_eq!(parked.len(), broken.len());
    assert!(!json!(parked).to_string().contains("+9665"), "it is where, and not what: {parked:?}");

    // Nothing stands at those places: then there is nothing to hand on. What says no place stays for a person.
    cloud.inner().aws().queues().purge("audits").unwrap();
    cloud.pass(Duration::from_secs(6 * 60)).await;
    let left = cloud.items_of("parked");
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.iter().all(|parked| parked.get("item").is_none()));
}

#[tokio::test]
async fn what_is_repaired_is_handed_on_by_itself() {
    let faults = Faults::new(1);
    let cloud = cloud(&faults).await;
    let broken = item("broken", json!({ "M": { "queue": { "S": "audits" } } }));
    cloud.forge(&broken);
    cloud.inner().relay().await.unwrap();
    assert_eq!(cloud.items_of("parked").len(), 1);
    // Nobody who repairs it need tell the stream: another program may have written it there as it is now.
    cloud.forge(&item("broken", wake("audits")));
    cloud.inner().relay().await.unwrap();
    cloud.inner().aws().queues().purge("audits").unwrap();
    cloud.advance(Duration::from_secs(6 * 60));
    cloud.tick().await;
    assert_eq!(depth(&cloud, Queue::Audits), 1);
    assert!(cloud.items_of("parked").is_empty());
}

#[tokio::test]
async fn only_what_the_table_does_not_take_holds_up_the_stream() {
    let faults = Faults::new(1);
    let cloud = cloud(&faults).await;
    faults.refuse(|target, _| target.ends_with("TransactWriteItems") || target.ends_with("SendMessageBatch"));
    let records = [
        record("1", &item("plain", Value::Null)),
        record("2", &item("refused", wake("audits"))),
        record("3", &item("no-form", json!({ "S": "sends" }))),
    ];
    let answer = relay(&cloud, &records).await;
    let mut failed: Vec<&str> = answer["batchItemFailures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|failed| failed["itemIdentifier"].as_str().unwrap())
        .collect();
    failed.sort_unstable();
    assert_eq!(failed, ["1", "2", "3"].split_at(1).1);
    faults.refuse_none();
    assert_eq!(relay(&cloud, &records).await["batchItemFailures"], json!([]));
    assert_eq!((depth(&cloud, Queue::Audits), cloud.items_of("parked").len()), (1, 1));
    cloud.inner().aws().queues().purge("audits").unwrap();
}

#[tokio::test]
async fn what_is_far_off_and_in_no_index_waits_for_its_time() {
    let faults = Faults::new(1);
    let cloud = cloud(&faults).await;
    let in_an_hour = (cloud.clock().now() + Duration::from_secs(3_600)).to_string();
    let mut later = wake("audits");
    later["M"]["at"] = json!({ "S": in_an_hour });
    let mut listed = due("listed", later.clone(), 1);
    listed["GSI2SK"] = json!({ "S": format!("DUE#{:020}#x", u64::MAX) });
    assert_eq!(
        relay(&cloud, &[record("1", &item("unlisted", later)), record("2", &listed)]).await["batchItemFailures"],
        json!([])
    );
    assert_eq!((depth(&cloud, Queue::Audits), cloud.items_of("parked").len()), (0, 1));
    cloud.advance(Duration::from_secs(3_590));
    cloud.tick().await;
    assert_eq!(depth(&cloud, Queue::Audits), 0);
    cloud.advance(Duration::from_secs(10));
    cloud.tick().await;
    assert_eq!((depth(&cloud, Queue::Audits), cloud.items_of("parked").len()), (1, 0));
    cloud.inner().aws().queues().purge("audits").unwrap();
}

#[tokio::test]
async fn a_backlog_in_one_shard_starves_no_other() {
    let faults = Faults::new(1);
    let cloud = cloud(&faults).await;
    for n in 0..450 {
        cloud.forge(&due(&format!("backlog{n:03}"), wake("audits"), 1));
    }
    cloud.forge(&due("elsewhere", wake("resets"), 7));
    // The queue of the backlog refuses, and each look at its shard takes half a minute.
    let (clock, looks) = (cloud.clock().clone(), Arc::new(std::sync::atomic::AtomicU32::new(0)));
    let (refuses, counted) = (to_queue(Queue::Audits), looks.clone());
    faults.refuse(move |target, body| {
        if target.ends_with(".Query") && body.contains(&format!("\"DUE#{:020}\"", 1)) {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            clock.advance(Duration::from_secs(30));
        }
        refuses(target, body)
    });
    let began = cloud.clock().now();
    cloud.tick().await;
    assert_eq!(depth(&cloud, Queue::Resets), 1, "it does not wait for the backlog");
    assert_eq!(looks.load(std::sync::atomic::Ordering::SeqCst), 2, "the backlog has a time of its own");
    assert!(cloud.clock().now().duration_since(began).as_secs() <= 60);
    // What was refused makes room for the rest of the backlog.
    let still = |cloud: &TestCloud| {
        cloud
            .items_of("thing")
            .iter()
            .filter(|item| item["GSI2SK"]["S"].as_str().unwrap().contains("#00000000000000000001#"))
            .count()
    };
    assert_eq!(still(&cloud), 250);

    faults.refuse_none();
    for _ in 0..15 {
        cloud.advance(Duration::from_secs(60));
        cloud.tick().await;
    }
    assert!(depth(&cloud, Queue::Audits) >= 450, "none is lost");
    assert_eq!(still(&cloud), 0);
    cloud.inner().aws().queues().purge("audits").unwrap();
    cloud.inner().aws().queues().purge("resets").unwrap();
}

#[tokio::test]
async fn what_does_not_move_is_handed_on_again_less_and_less_often_and_counted() {
    let faults = Faults::new(1);
    let cloud = cloud(&faults).await;
    cloud.forge(&due("stuck", wake("audits"), 3));
    let mut handed_on = Vec::new();
    for minute in 0..60_u64 {
        let before = depth(&cloud, Queue::Audits);
        cloud.tick().await;
        if depth(&cloud, Queue::Audits) > before {
            handed_on.push(minute);
        }
        cloud.advance(Duration::from_secs(60));
    }
    let waits: Vec<u64> = handed_on.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits[..5], [1, 2, 4, 8, 10], "{handed_on:?}");
    let item = cloud.items_of("thing").remove(0);
    assert_eq!(item["wake"]["M"]["tries"]["N"], handed_on.len().to_string());
    assert_eq!(
        (&item["version"]["N"], &item["secret"]["S"]),
        (&json!("1"), &json!("+966501234567")),
        "no more than that"
    );
    cloud.inner().aws().queues().purge("audits").unwrap();
}

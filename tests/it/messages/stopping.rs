//! `POST /api/batches/{batchId}/stop`, and the same send twice.

use std::time::Duration;

use dawr_api::role::{Coverage, Role};
use dawr_testkit::{Faults, TestCloud, TestOptions};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, phone},
    world::{id, missing_like},
};

/// A moderator with a quota, who has sent a template to so many.
async fn sent<'a>(cloud: &'a TestCloud, recipients: u32) -> (Desk<'a>, Desk<'a>, String) {
    let owner = Desk::open(cloud, "al-shifa").await;
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, recipients).await;
    let template = owner.template("مرحبًا {{patientName}}").await;
    cloud.settle().await;
    let sender = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    owner.put(&format!("/api/quotas/{}", sender.person.id), json!({ "addMessages": recipients })).expect(200).await;
    let batch = id(&sender.sending(&template, &tickets).expect(202).await["batchId"]);
    (owner, sender, batch)
}

async fn quota(owner: &Desk<'_>, sender: &Desk<'_>) -> [u64; 3] {
    let quota = owner.quota(&sender.person).await;
    ["consumedMessages", "reservedMessages", "messagesLeft"].map(|name| quota[name].as_u64().unwrap())
}

#[tokio::test]
async fn what_has_not_begun_is_stopped_once_and_given_back() {
    let cloud = TestCloud::start().await;
    let (owner, sender, batch) = sent(&cloud, 5).await;
    let stop = format!("/api/batches/{batch}/stop");
    let stopped = sender.post(&stop, Value::Null).without("content-type").expect(200).await;
    assert_eq!(
        (&stopped["state"], &stopped["stopped"], &stopped["done"]),
        (&json!("stopped"), &json!(5), &json!(true))
    );
    assert_eq!(stopped["counts"]["stopped"], 5);
    assert!(stopped["stoppedAt"].is_string());
    assert_eq!(quota(&owner, &sender).await, [0, 0, 5]);
    let before = cloud.items();
    assert_eq!(owner.post(&stop, Value::Null).without("content-type").expect(200).await, stopped, "twice is once");
    assert_eq!(cloud.items(), before);
    cloud.settle().await;
    cloud.pass(Duration::from_secs(30 * 60)).await;
    assert!(cloud.received().await.is_empty(), "nothing goes afterwards");
    let owner = owner.renewed();
    assert_eq!(owner.get(&format!("/api/batches/{batch}")).expect(200).await, stopped);
    assert!(owner.all("/api/tasks/failed?pageSize=50").await.is_empty(), "nobody has to decide on what was stopped");
    let listed = owner.all("/api/messages?status=stopped").await;
    assert_eq!(listed.len(), 5);
    assert_eq!(quota(&owner, &sender).await, [0, 0, 5]);
}

#[tokio::test]
async fn what_went_is_told_apart_from_what_was_stopped() {
    let cloud = TestCloud::start().await;
    let (owner, sender, batch) = sent(&cloud, 4).await;
    // One waits for another try; the others went.
    cloud.fault("error:131056", Some(&phone(1)), 1).await;
    cloud.settle().await;
    let stopped = sender.post(&format!("/api/batches/{batch}/stop"), json!({})).expect(200).await;
    let count = |name: &str| stopped["counts"][name].as_u64().unwrap();
    assert_eq!((&stopped["state"], &stopped["done"]), (&json!("stopped"), &json!(true)), "{stopped}");
    assert_eq!(count("stopped"), 1, "{stopped}");
    assert_eq!(count("sent") + count("delivered") + count("read"), 3, "{stopped}");
    cloud.pass(Duration::from_secs(30 * 60)).await;
    assert_eq!(cloud.received().await.len(), 3);
    assert!(cloud.received_by(&phone(1)).await.is_empty());
    assert_eq!(quota(&owner.renewed(), &sender).await, [3, 0, 1]);
}

/// A cloud whose functions can be held up.
async fn held() -> (TestCloud, Faults) {
    let faults = Faults::new(0);
    let options = TestOptions { between: Some(faults.between()), ..TestOptions::default() };
    (TestCloud::with(options).await, faults)
}

/// Whatever the endpoint does after it said so: as if it had ended there.
#[tokio::test]
async fn a_stop_that_ends_midway_goes_on_by_itself() {
    let (cloud, faults) = held().await;
    let (owner, sender, batch) = sent(&cloud, 5).await;
    let stop = sender.post(&format!("/api/batches/{batch}/stop"), json!({}));
    let at = cloud.clock().now();
    let meanwhile = async {
        // It is left to whoever stops it for half a minute.
        cloud.expand().await;
        cloud.advance(Duration::from_secs(30));
        cloud.expand().await;
        let seen = owner.get(&format!("/api/batches/{batch}")).expect(200).await;
        assert_eq!((&seen["state"], &seen["stopped"]), (&json!("stopped"), &json!(5)), "{seen}");
        assert_eq!(cloud.clock().now().duration_since(at).as_secs(), 30, "nothing waits for the clock");
    };
    // Its first transaction says that the batch is being stopped, its second one stops the messages.
    let stopped = faults.before_commit(1, stop.expect(200), meanwhile).await;
    assert_eq!((&stopped["state"], &stopped["stopped"]), (&json!("stopped"), &json!(5)), "{stopped}");
    assert_eq!(quota(&owner, &sender).await, [0, 0, 5]);
    cloud.settle().await;
    assert!(cloud.received().await.is_empty());
}

/// What a sender had when its batch was stopped and the provider did not take waits for no other try.
#[tokio::test]
async fn what_was_being_sent_and_was_not_taken_is_stopped_too() {
    for fault in ["error:131056", "error:130429", "http:503"] {
        let (cloud, faults) = held().await;
        let (owner, sender, batch) = sent(&cloud, 1).await;
        cloud.fault(fault, None, 1).await;
        let stop = sender.post(&format!("/api/batches/{batch}/stop"), json!({}));
        // The sender has begun, and does not know yet what came of it.
        let stopped = async {
            let stopped = stop.expect(200).await;
            assert_eq!((&stopped["counts"]["sending"], &stopped["done"]), (&json!(1), &json!(false)), "{fault}");
        };
        faults.before_commit(1, cloud.settle(), stopped).await;
        cloud.pass(Duration::from_secs(60 * 60)).await;
        assert!(cloud.received().await.is_empty(), "{fault}");
        let owner = owner.renewed();
        let seen = owner.get(&format!("/api/batches/{batch}")).expect(200).await;
        assert_eq!((&seen["stopped"], &seen["done"]), (&json!(1), &json!(true)), "{fault}: {seen}");
        assert_eq!(quota(&owner, &sender).await, [0, 0, 1], "{fault}");
        assert!(owner.all("/api/tasks/failed?pageSize=50").await.is_empty());
    }
}

/// What nobody can tell of is not sent again either, though its template says so.
#[tokio::test]
async fn what_would_be_sent_again_since_nobody_can_tell_is_stopped() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 1).await;
    let template = json!({ "title": "نص", "content": "مرحبًا", "isShared": true, "onUnknown": "resend" });
    let template = id(&desk.post("/api/templates", template).expect(201).await["id"]);
    cloud.fault("drop_before_accept", None, 1).await;
    let batch = id(&desk.sending(&template, &tickets).expect(202).await["batchId"]);
    cloud.settle().await;
    let stopped = desk.post(&format!("/api/batches/{batch}/stop"), json!({})).expect(200).await;
    assert_eq!((&stopped["counts"]["unknown"], &stopped["done"]), (&json!(1), &json!(false)), "{stopped}");
    cloud.pass(Duration::from_secs(60 * 60)).await;
    assert!(cloud.received().await.is_empty());
    let desk = desk.renewed();
    let seen = desk.get(&format!("/api/batches/{batch}")).expect(200).await;
    assert_eq!((&seen["stopped"], &seen["done"]), (&json!(1), &json!(true)), "{seen}");
}

/// Whoever has it sent again afterwards means it, however often it takes.
#[tokio::test]
async fn what_a_person_sends_again_after_the_stop_goes() {
    let cloud = TestCloud::start().await;
    let (owner, _, batch) = sent(&cloud, 1).await;
    cloud.fault("error:131026", None, 1).await;
    cloud.settle().await;
    owner.post(&format!("/api/batches/{batch}/stop"), json!({})).expect(200).await;
    cloud.advance(Duration::from_secs(60));
    let task = id(&owner.all("/api/tasks/failed?pageSize=50").await[0]["id"]);
    cloud.fault("error:131056", None, 1).await;
    owner.post(&format!("/api/tasks/{task}/retry"), json!({})).expect(202).await;
    cloud.pass(Duration::from_secs(60 * 60)).await;
    assert_eq!(cloud.received().await.len(), 1);
}

/// Three parts, of which the expander has made one when the batch is stopped.
#[tokio::test]
async fn of_a_batch_that_is_half_made_what_is_made_is_stopped_and_the_rest_is_not_made() {
    let (cloud, faults) = held().await;
    let (owner, sender, batch) = sent(&cloud, 200).await;
    let stop = sender.post(&format!("/api/batches/{batch}/stop"), json!({}));
    let stopped = async {
        let stopped = stop.expect(200).await;
        let of = |name: &str| stopped[name].as_u64().unwrap();
        assert_eq!((&stopped["state"], &stopped["done"]), (&json!("stopped"), &json!(true)), "{stopped}");
        assert_eq!((of("recipients"), of("queued"), of("stopped")), (200, 90, 200), "{stopped}");
        assert_eq!(stopped["counts"]["stopped"], 90, "{stopped}");
    };
    faults.before_commit(1, cloud.expand(), stopped).await;
    assert_eq!(quota(&owner, &sender).await, [0, 0, 200]);
    cloud.settle().await;
    cloud.pass(Duration::from_secs(30 * 60)).await;
    assert!(cloud.received().await.is_empty());
    assert_eq!(owner.renewed().all(&format!("/api/messages?batchId={batch}&pageSize=200")).await.len(), 90);
    assert_eq!(quota(&owner.renewed(), &sender).await, [0, 0, 200]);
}

#[tokio::test]
async fn a_batch_that_expands_makes_no_more() {
    let cloud = TestCloud::start().await;
    let (owner, sender, batch) = sent(&cloud, 120).await;
    let stopped = sender.post(&format!("/api/batches/{batch}/stop"), json!({})).expect(200).await;
    assert_eq!(
        (&stopped["state"], &stopped["stopped"], &stopped["queued"]),
        (&json!("stopped"), &json!(120), &json!(0))
    );
    assert_eq!(quota(&owner, &sender).await, [0, 0, 120]);
    cloud.settle().await;
    cloud.pass(Duration::from_secs(30 * 60)).await;
    assert!(cloud.received().await.is_empty());
    assert_eq!(owner.renewed().all(&format!("/api/messages?batchId={batch}")).await.len(), 0);
    assert_eq!(quota(&owner.renewed(), &sender).await, [0, 0, 120]);
}

#[tokio::test]
async fn a_batch_is_stopped_by_whose_business_it_is() {
    let cloud = TestCloud::start().await;
    let (owner, _, batch) = sent(&cloud, 1).await;
    let elsewhere = owner.with(cloud.member_in(&owner.clinic, Role::SecondaryAdmin, Coverage::Only(Vec::new())).await);
    let stranger = Desk::open(&cloud, "al-noor").await;
    let before = cloud.items_of("message");
    for (desk, batch) in [(&elsewhere, batch.clone()), (&stranger, batch.clone()), (&owner, missing_like(&batch))] {
        desk.post(&format!("/api/batches/{batch}/stop"), json!({})).expect_errors(404).await;
    }
    let reader = owner.with(cloud.member(&owner.clinic, Role::User).await);
    reader.post(&format!("/api/batches/{batch}/stop"), json!({})).expect_errors(403).await;
    assert_eq!(cloud.items_of("message"), before);
}

#[tokio::test]
async fn the_same_send_within_a_minute_asks_first() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let template = desk.template("مرحبًا").await;
    let send = |body: Value| desk.post("/api/messages/send", body);
    let whole = json!({ "templateId": template, "queueId": queue });
    let first = send(whole.clone()).expect(202).await;
    let answer = send(whole.clone()).send_expecting(409).await;
    assert_eq!(answer.code(), "AlreadySent");
    assert!(answer.text.contains(first["batchId"].as_str().unwrap()), "{}", answer.text);
    let named = json!({ "templateId": template, "ticketIds": tickets });
    send(named.clone()).expect(202).await;
    let turned = json!({ "templateId": template, "ticketIds": [tickets[1], tickets[0]] });
    assert_eq!(send(turned).expect_errors(409).await[0].0, "AlreadySent");
    // Another text, other people and a preview are something else.
    send(json!({ "templateId": template, "ticketIds": [tickets[0]] })).expect(202).await;
    send(json!({ "templateId": template, "queueId": queue, "overrideContent": "نص" })).expect(202).await;
    desk.post("/api/messages/send-preview", whole.clone()).expect(200).await;
    let mut again = whole.clone();
    again["again"] = json!(true);
    send(again).expect(202).await;
    cloud.advance(Duration::from_secs(59));
    assert_eq!(send(whole.clone()).expect_errors(409).await[0].0, "AlreadySent");
    cloud.advance(Duration::from_secs(2));
    send(whole).expect(202).await;
    cloud.settle().await;
}

#[tokio::test]
async fn what_was_corrected_or_stopped_is_not_asked_about() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 2).await;
    let template = desk.template("مرحبًا").await;
    let whole = json!({ "templateId": template, "queueId": queue });
    let send = || desk.post("/api/messages/send", whole.clone());
    let first = id(&send().expect(202).await["batchId"]);
    // The line of a queue is another one by and by: nobody says that it is of the same people.
    let answer = send().header("accept-language", "en").send_expecting(409).await;
    assert!(answer.text.contains("to this queue") && !answer.text.contains("same people"), "{}", answer.text);
    let change = json!({ "title": "نص", "content": "مرحبًا بكم", "isShared": true });
    desk.put(&format!("/api/templates/{template}"), change).expect(200).await;
    let second = id(&send().expect(202).await["batchId"]);
    let answer = send().send_expecting(409).await;
    assert!(answer.text.contains(&second) && !answer.text.contains(&first), "{}", answer.text);
    desk.post(&format!("/api/batches/{second}/stop"), json!({})).expect(200).await;
    let third = id(&send().expect(202).await["batchId"]);
    assert!(send().send_expecting(409).await.text.contains(&third));
    // Two at once still are one.
    desk.post(&format!("/api/batches/{third}/stop"), json!({})).expect(200).await;
    let answers = futures::future::join_all((0..4).map(|_| send().send())).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409, 409]);
    cloud.settle().await;
}

/// Of what was stopped too late for some, these are told twice only if somebody means it.
#[tokio::test]
async fn what_some_have_got_is_asked_about_though_it_was_stopped() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let template = desk.template("مرحبًا").await;
    let sending = || desk.post("/api/messages/send", json!({ "templateId": template, "ticketIds": tickets }));
    let batch = id(&sending().expect(202).await["batchId"]);
    cloud.settle().await;
    desk.post(&format!("/api/batches/{batch}/stop"), json!({})).expect(200).await;
    let answer = sending().header("accept-language", "en").send_expecting(409).await;
    assert!(answer.text.contains(&batch) && answer.text.contains("messages: 2"), "{}", answer.text);
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 2);
}

#[tokio::test]
async fn of_two_clicks_at_once_one_sends() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 2).await;
    let template = desk.template("مرحبًا").await;
    let click = || desk.post("/api/messages/send", json!({ "templateId": template, "queueId": queue })).send();
    let answers = futures::future::join_all((0..4).map(|_| click())).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409, 409], "{:?}", answers.iter().map(|answer| &answer.text).collect::<Vec<_>>());
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 2);
}

//! `/api/dead-letters`

use std::time::Duration;

use dawr::aws::{MoveStatus, NewMessage};
use dawr_api::{function::Queue, role::Role, tenant::TenantKind};
use dawr_testkit::{TestCloud, dead_letter_arn};
use serde_json::json;

use crate::{desk::Desk, platform::trail};

/// The operators of the platform at work.
async fn operators(cloud: &TestCloud) -> Desk<'_> {
    let clinic = cloud.platform().await;
    Desk { cloud, person: clinic.owner.clone(), clinic }
}

/// Dead letters are jobs of every tenant: no tenant sees, moves or stops them, nor does an operator on behalf of one.
#[tokio::test]
async fn dead_letters_are_the_operators_of_the_platform() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "title": "منسق", "permissions": ["queues:read", "dead-letters:manage"] });
    let errors = desk.post("/api/roles", body).expect_errors(422).await;
    assert_eq!(errors, [("UnknownValue".to_owned(), "permissions[1]".to_owned())]);
    let mut people = vec![desk.person.clone()];
    for role in Role::all_for(TenantKind::Clinic) {
        people.push(cloud.member(&desk.clinic, role).await);
    }
    let operator = cloud.operator(Role::PlatformOperator).await;
    people.push(cloud.elevated(&operator, &desk.clinic).await.person);
    cloud.bury(Queue::Sends).await;
    let redrive = "/api/dead-letters/sends/redrive";
    let before = cloud.items();
    for desk in people.into_iter().map(|person| desk.with(person)) {
        for call in
            [desk.get("/api/dead-letters"), desk.post(redrive, json!({})), desk.get(redrive), desk.delete(redrive)]
        {
            assert_eq!(call.expect_errors(403).await[0].0, "Forbidden", "{}", desk.person.role.as_str());
        }
    }
    assert_eq!(cloud.items(), before);
    assert_eq!(cloud.dead_letters().values().sum::<u64>(), 1);
    // Every operator does, and the platform's own trail tells of it.
    let helper = desk.with(operator);
    helper.get("/api/dead-letters").expect(200).await;
    helper.post(redrive, json!({})).expect(202).await;
    finish(&cloud, Queue::Sends);
    let (told, silent) = (trail(&cloud, &cloud.platform().await, "redrive"), trail(&cloud, &desk.clinic, "redrive"));
    assert_eq!((told.len(), silent.len()), (1, 0));
    cloud.inner().aws().queues().purge("sends").unwrap();
}

#[tokio::test]
async fn dead_letters_are_counted_and_redriven() {
    let cloud = TestCloud::start().await;
    let desk = operators(&cloud).await;
    cloud.bury(Queue::Sends).await;
    cloud.bury(Queue::Sends).await;
    cloud.advance(Duration::from_secs(90));
    let all = desk.get("/api/dead-letters").expect(200).await;
    let queues = all["items"].as_array().unwrap();
    assert_eq!(queues.len(), Queue::ALL.len() + 1);
    let sends = queues.iter().find(|queue| queue["queue"] == "sends").unwrap();
    assert_eq!((&sends["depth"], &sends["oldestAgeSeconds"]), (&json!(2), &json!(90)), "{sends}");
    assert_eq!(sends["redrivable"], true);
    let empty = queues.iter().find(|queue| queue["queue"] == "batches").unwrap();
    assert_eq!((&empty["depth"], empty["oldestAgeSeconds"].is_null()), (&json!(0), true));

    desk.post("/api/dead-letters/sends/redrive", json!({})).expect(202).await;
    finish(&cloud, Queue::Sends);
    let done = desk.get("/api/dead-letters/sends/redrive").expect(200).await;
    assert_eq!((&done["status"], &done["moved"]), (&json!("completed"), &json!(2)), "{done}");
    assert_eq!(cloud.inner().aws().queues().depth("sends").unwrap().visible, 2);
    assert!(cloud.dead_letters().is_empty());
    cloud.inner().aws().queues().purge("sends").unwrap();
}

#[tokio::test]
async fn records_of_the_stream_that_nobody_could_handle_are_counted_and_cannot_be_moved() {
    let cloud = TestCloud::start().await;
    let desk = operators(&cloud).await;
    let record = NewMessage { body: "{}".to_owned(), ..NewMessage::default() };
    cloud.inner().aws().queues().send("stream-dead", &[record]).unwrap();
    cloud.advance(Duration::from_secs(60));
    let all = desk.get("/api/dead-letters").expect(200).await;
    let stream = all["items"].as_array().unwrap().iter().find(|queue| queue["queue"] == "stream").unwrap();
    assert_eq!((&stream["depth"], &stream["oldestAgeSeconds"]), (&json!(1), &json!(60)), "{stream}");
    assert_eq!(stream["redrivable"], false);
    cloud.expect_dead_letters();
}

#[tokio::test]
async fn a_redrive_with_a_key_is_started_once() {
    let cloud = TestCloud::start().await;
    let desk = operators(&cloud).await;
    cloud.bury(Queue::Sends).await;
    let start = || desk.post("/api/dead-letters/sends/redrive", json!({})).key("k");
    let first = start().expect(202).await;
    finish(&cloud, Queue::Sends);
    cloud.inner().aws().queues().purge("sends").unwrap();
    cloud.bury(Queue::Sends).await;
    assert_eq!(start().expect(202).await, first, "the first answer is given again");
    assert_eq!(cloud.dead_letters().values().sum::<u64>(), 1, "and what came later is not moved");
    cloud.exhume(Queue::Sends);
}

#[tokio::test]
async fn a_redrive_is_cancelled_and_only_one_runs() {
    let cloud = TestCloud::start().await;
    let desk = operators(&cloud).await;
    let path = "/api/dead-letters/sends/redrive";
    assert_eq!(desk.post(path, json!({})).expect_errors(409).await[0].0, "NothingToRedrive");
    assert_eq!(desk.delete(path).expect_errors(409).await[0].0, "NothingToRedrive");
    assert_eq!(desk.get(path).expect_errors(409).await[0].0, "NothingToRedrive");
    for _ in 0..20 {
        cloud.bury(Queue::Sends).await;
    }
    desk.post(path, json!({ "maxPerSecond": 1 })).expect(202).await;
    assert_eq!(desk.post(path, json!({})).expect_errors(409).await[0].0, "RedriveRunning");
    let cancelled = desk.delete(path).expect(200).await;
    assert!(matches!(cancelled["status"].as_str(), Some("cancelling" | "cancelled")), "{cancelled}");
    for wrong in [0, 501, -1] {
        desk.post(path, json!({ "maxPerSecond": wrong })).expect_errors(422).await;
    }
    desk.post("/api/dead-letters/stream/redrive", json!({})).expect_errors(404).await;
    cloud.exhume(Queue::Sends);
    cloud.inner().aws().queues().purge("sends").unwrap();
}

/// Moves what a redrive has to move, without waiting for its pace.
fn finish(cloud: &TestCloud, queue: Queue) {
    let queues = cloud.inner().aws().queues();
    let task = queues.moves(&dead_letter_arn(queue), 1).unwrap().remove(0);
    while queues.step(&task.handle, 100).unwrap().status == MoveStatus::Running {}
}

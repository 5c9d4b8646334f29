//! Many at once: each ticket is called once, each person is one patient, no quota is overrun.

use std::collections::BTreeSet;

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

/// Who met too many others may be told to come again.
fn is_busy(status: u16) -> bool {
    status == 503
}

#[tokio::test]
async fn fifty_desks_that_call_at_once_call_each_ticket_once() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 20).await;
    let path = format!("/api/queues/{queue}/call-next");
    let mut called = Vec::new();
    let mut rounds = 0;
    while called.len() < 20 {
        rounds += 1;
        assert!(rounds < 20, "the line does not get shorter");
        let answers = join_all((0..50).map(|n| desk.post(&path, json!({ "room": n.to_string() })).send())).await;
        for answer in answers {
            match answer.status {
                200 => called.push(answer.data()),
                409 => assert_eq!(answer.code(), "QueueEmpty"),
                status => assert!(is_busy(status), "{}", answer.text),
            }
        }
    }
    let ids: BTreeSet<String> = called.iter().map(|ticket| id(&ticket["id"])).collect();
    assert_eq!((called.len(), ids.len()), (20, 20));
    let errors = desk.post(&path, json!({})).expect_errors(409).await;
    assert_eq!(errors[0].0, "QueueEmpty");
    let counts = desk.get(&format!("/api/queues/{queue}")).expect(200).await["counts"].clone();
    assert_eq!((&counts["waiting"], &counts["called"]), (&json!(0), &json!(20)), "{counts}");
}

#[tokio::test]
async fn one_person_who_is_added_everywhere_at_once_is_one_patient() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut queues = Vec::new();
    for n in 0..10 {
        queues.push(desk.queue(&format!("د. {n}")).await);
    }
    let names = ["محمد أحمد", "مُحَمَّد  أحمد", "محمد احمد"];
    let phones = ["0501234567", "+966 50 123 4567", "٠٥٠١٢٣٤٥٦٧"];
    let calls = (0..30).map(|n: usize| desk.adding(&queues[n % 10], names[n % 3], phones[(n / 10) % 3]).send());
    let answers = join_all(calls).await;
    let mut patients = BTreeSet::new();
    for answer in &answers {
        match answer.status {
            201 => {
                patients.insert(id(&answer.data()["patientId"]));
            }
            409 => assert_eq!(answer.code(), "AlreadyInQueue"),
            status => assert!(is_busy(status), "{}", answer.text),
        }
    }
    assert_eq!(patients.len(), 1, "{patients:?}");
    assert_eq!(cloud.items_of("patient").len(), 1);
    for queue in &queues {
        let waiting = desk.all(&format!("/api/queues/{queue}/patients")).await.len();
        assert!(waiting <= 1, "{waiting} in one queue");
    }
}

#[tokio::test]
async fn parallel_sends_never_overrun_a_quota() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, 5).await;
    let template = owner.template("مرحبًا {{patientName}}").await;
    let sender = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    let errors = sender.sending(&template, &tickets).expect_errors(409).await;
    assert_eq!(errors[0].0, "QuotaExceeded", "without a quota a moderator sends nothing");
    owner.put(&format!("/api/quotas/{}", sender.person.id), json!({ "addMessages": 23 })).expect(200).await;

    let answers = join_all((0..12).map(|_| sender.sending(&template, &tickets).send())).await;
    let sent = answers.iter().filter(|answer| answer.status == 202).count();
    for refused in answers.iter().filter(|answer| answer.status != 202) {
        assert!(refused.code() == "QuotaExceeded" || is_busy(refused.status), "{}", refused.text);
    }
    assert!(sent <= 4, "{sent} batches of five out of a quota of 23");
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), sent * 5);
    let quota = owner.quota(&sender.person).await;
    assert_eq!(quota["messagesLeft"], 23 - sent * 5, "{quota}");
    assert_eq!(quota["consumedMessages"], sent * 5, "{quota}");
}

#[tokio::test]
async fn one_key_does_the_work_once_however_often_it_comes() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 3).await;
    let template = desk.template("مرحبًا {{patientName}}").await;
    let calls = (0..20).map(|_| desk.sending(&template, &tickets).key("once").send());
    let answers = join_all(calls).await;
    let first: Vec<Value> = answers.iter().filter(|answer| answer.status == 202).map(|answer| answer.data()).collect();
    assert!(!first.is_empty() && first.iter().all(|answer| *answer == first[0]), "{first:?}");
    for other in answers.iter().filter(|answer| answer.status != 202) {
        assert!(other.code() == "StillRunning" || is_busy(other.status), "{}", other.text);
    }
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 3);
}

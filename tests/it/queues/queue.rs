//! `/api/queues[/{queueId}]`

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::json;

use crate::{desk::Desk, world::id};

#[tokio::test]
async fn a_queue_is_opened_read_changed_and_deleted() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "doctorName": " د. ليلى ", "description": "الدور الثاني", "estimatedWaitMinutes": 12 });
    let queue = desk.post("/api/queues", body).expect(201).await;
    insta::assert_json_snapshot!(queue, { ".id" => "[queue]", ".createdBy" => "[member]" });
    let path = format!("/api/queues/{}", id(&queue["id"]));
    let read = desk.get(&path).expect(200).await;
    assert_eq!(read["statistics"]["servedToday"], 0);
    let changed = json!({ "doctorName": "د. سلمى", "description": null });
    let changed = desk.put(&path, changed).header("if-match", "\"1\"").expect(200).await;
    assert_eq!((&changed["doctorName"], &changed["estimatedWaitMinutes"]), (&json!("د. سلمى"), &json!(12)));
    assert!(changed["description"].is_null());
    assert_eq!(desk.put(&path, json!({})).header("if-match", "1").expect_errors(412).await[0].0, "StaleVersion");
    desk.delete(&path).expect(204).await;
    desk.get(&path).expect_errors(404).await;
    desk.delete(&path).expect_errors(404).await;
    desk.adding(&id(&queue["id"]), "محمد", "0501234567").expect_errors(404).await;
    assert!(desk.all("/api/queues").await.is_empty());
}

#[tokio::test]
async fn a_queue_with_patients_is_deleted_by_force_only_and_its_tickets_are_cancelled() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for count in [3, 120] {
        let queue = desk.queue("د. ليلى").await;
        desk.crowd(&queue, count).await;
        let path = format!("/api/queues/{queue}");
        assert_eq!(desk.delete(&path).expect_errors(409).await[0].0, "QueueHasPatients");
        assert_eq!(desk.delete(&format!("{path}?force=false")).expect_errors(409).await[0].0, "QueueHasPatients");
        desk.delete(&format!("{path}?force=yes")).expect_errors(422).await;
        desk.delete(&format!("{path}?force=true")).expect(204).await;
        desk.get(&path).expect_errors(404).await;
    }
    let open = cloud.items_of("ticket").into_iter().filter(|ticket| ticket["status"]["S"] != "cancelled");
    assert_eq!(open.count(), 0);
}

#[tokio::test]
async fn a_closed_queue_takes_nobody() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.put(&format!("/api/queues/{queue}"), json!({ "active": false })).expect(200).await;
    assert_eq!(desk.adding(&queue, "محمد", "0501234567").expect_errors(409).await[0].0, "QueueInactive");
}

#[tokio::test]
async fn a_member_opens_as_many_queues_as_were_granted() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let member = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    let open = || member.post("/api/queues", json!({ "doctorName": "د. ليلى" }));
    assert_eq!(open().expect_errors(409).await[0].0, "QueueQuotaExceeded");
    let quota = format!("/api/quotas/{}", member.person.id);
    owner.put(&quota, json!({ "addQueues": 2 })).expect(200).await;
    let answers = futures::future::join_all((0..6).map(|_| open().send())).await;
    assert!(answers.iter().filter(|answer| answer.status == 201).count() <= 2);
    while open().send().await.status == 201 {}
    let quota = owner.quota(&member.person).await;
    assert_eq!((&quota["consumedQueues"], &quota["queuesLeft"]), (&json!(2), &json!(0)), "{quota}");
    assert_eq!(cloud.items_of("queue").len(), 2);
}

//! `/api/tasks`

use dawr_testkit::TestCloud;
use futures::future::join_all;
use serde_json::json;

use crate::{
    desk::{Desk, phone},
    world::{id, missing_like},
};

/// So many messages that failed, half of them for another reason.
async fn failed<'a>(cloud: &'a TestCloud, count: u32) -> (Desk<'a>, String, Vec<String>) {
    let desk = Desk::open(cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, count).await;
    let template = desk.template("نص").await;
    for n in 0..count {
        let kind = if n % 2 == 0 { "error:131026" } else { "error:132001" };
        cloud.fault(kind, Some(&phone(n)), 1).await;
    }
    desk.sending(&template, &tickets).expect(202).await;
    cloud.settle().await;
    let tasks = desk.all("/api/tasks/failed").await.iter().map(|task| id(&task["id"])).collect();
    (desk, queue, tasks)
}

#[tokio::test]
async fn tasks_are_filtered_and_retried_in_bulk() {
    let cloud = TestCloud::start().await;
    let (desk, queue, tasks) = failed(&cloud, 6).await;
    assert_eq!(tasks.len(), 6);
    assert_eq!(desk.all("/api/tasks/failed?reason=NotReachable").await.len(), 3);
    assert_eq!(desk.all(&format!("/api/tasks/failed?reason=Rejected&queueId={queue}")).await.len(), 3);
    assert_eq!(desk.all(&format!("/api/tasks/failed?queueId={}", missing_like(&queue))).await.len(), 0);

    let retried = desk.post("/api/tasks/retry", json!({ "filter": { "reason": "NotReachable" } })).expect(202).await;
    assert_eq!((&retried["retried"], &retried["more"]), (&json!(3), &json!(false)));
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 3);
    let left = desk.all("/api/tasks/failed").await;
    assert_eq!(left.len(), 3);
    let missing = missing_like(&tasks[0]);
    let ids: Vec<String> = left.iter().map(|task| id(&task["id"])).chain([missing.clone()]).collect();
    let retried = desk.post("/api/tasks/retry", json!({ "taskIds": ids })).expect(202).await;
    assert_eq!(
        (&retried["retried"], &retried["failed"]),
        (&json!(3), &json!([{ "id": missing, "code": "NotFound", "message": "There is no such thing." }]))
    );
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 6);
    for wrong in [json!({}), json!({ "taskIds": [] }), json!({ "taskIds": ids, "filter": {} })] {
        desk.post("/api/tasks/retry", wrong).expect_errors(422).await;
    }
}

#[tokio::test]
async fn retries_at_once_send_one_message() {
    let cloud = TestCloud::start().await;
    let (desk, _, tasks) = failed(&cloud, 1).await;
    let path = format!("/api/tasks/{}/retry", tasks[0]);
    let answers = join_all((0..10).map(|_| cloud.post(&path).as_(&desk.person).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 202).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 202 | 404 | 409 | 412 | 503)));
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 1);
}

#[tokio::test]
async fn a_task_that_was_dismissed_is_gone_and_its_message_stays_failed() {
    let cloud = TestCloud::start().await;
    let (desk, _, tasks) = failed(&cloud, 1).await;
    desk.delete(&format!("/api/tasks/{}", tasks[0])).expect(204).await;
    desk.post(&format!("/api/tasks/{}/retry", tasks[0]), json!({})).expect_errors(404).await;
    let message = desk.all("/api/messages").await.remove(0);
    assert_eq!((&message["status"], &message["taskId"]), (&json!("failed"), &json!(null)));
}

#[tokio::test]
async fn a_retry_goes_to_the_phone_that_was_corrected() {
    let cloud = TestCloud::start().await;
    let (desk, queue, tasks) = failed(&cloud, 3).await;
    let tickets = desk.all(&format!("/api/queues/{queue}/patients")).await;
    cloud.advance(std::time::Duration::from_secs(60));
    let patient = format!("/api/patients/{}", id(&tickets[0]["patientId"]));
    desk.put(&patient, json!({ "phoneNumber": "0559990001" })).expect(200).await;
    let ticket = format!("/api/tickets/{}", id(&tickets[1]["id"]));
    desk.put(&ticket, json!({ "phoneNumber": "0559990002" })).expect(200).await;
    for task in &tasks {
        desk.post(&format!("/api/tasks/{task}/retry"), json!({})).expect(202).await;
    }
    cloud.settle().await;
    for phone in ["+966559990001", "+966559990002", &phone(2)] {
        assert_eq!(cloud.received_by(phone).await.len(), 1, "{phone}");
    }
    assert_eq!(cloud.received().await.len(), 3);
}

#[tokio::test]
async fn a_retry_goes_in_the_form_that_is_right_by_then() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let template = desk.template("سطر\nوسطر").await;
    cloud.fault("error:131026", None, 2).await;
    desk.sending(&template, &tickets).expect(202).await;
    cloud.settle().await;
    cloud.reply(&desk.clinic, &phone(0), "أهلًا").await;
    cloud.reply(&desk.clinic, &phone(1), "إيقاف").await;
    cloud.settle().await;
    let answers = join_all(desk.all("/api/tasks/failed").await.into_iter().map(async |task| {
        let answer = desk.post(&format!("/api/tasks/{}/retry", id(&task["id"])), json!({})).send().await;
        (task["phoneNumber"].as_str().unwrap().to_owned(), answer)
    }));
    for (to, answer) in answers.await {
        if to == phone(0) {
            assert_eq!(answer.status, 202, "{}", answer.text);
        } else {
            assert_eq!((answer.status, answer.code()), (409, "NotRetryable".to_owned()), "{}", answer.text);
            assert!(answer.text.contains("no more messages"), "it says why: {}", answer.text);
        }
    }
    cloud.settle().await;
    let received = cloud.received_by(&phone(0)).await;
    assert_eq!(received.len(), 1);
    assert!(received[0].text.starts_with("سطر\nوسطر"), "{}", received[0].text);
    assert_eq!(cloud.received().await.len(), 2, "the other one is told that they get no more");
}

//! What becomes of messages that WhatsApp refuses, holds back, loses or answers late.

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, phone},
    world::id,
};

const MINUTE: Duration = Duration::from_secs(60);

/// One patient, one message, one fault.
struct Case<'a> {
    desk: Desk<'a>,
    ticket: String,
    template: String,
}

impl<'a> Case<'a> {
    async fn new(cloud: &'a TestCloud, on_unknown: &str) -> Self {
        let desk = Desk::open(cloud, "al-shifa").await;
        let queue = desk.queue("د. ليلى").await;
        let ticket = desk.crowd(&queue, 1).await.remove(0);
        let body = json!({ "title": "نص", "content": "مرحبًا {{patientName}}", "onUnknown": on_unknown });
        let template = id(&desk.post("/api/templates", body).expect(201).await["id"]);
        cloud.settle().await;
        Self { desk, ticket, template }
    }

    /// Sends, lets so much time pass, and gives the message.
    async fn send(&self, span: Duration) -> Value {
        let sent = self.desk.sending(&self.template, std::slice::from_ref(&self.ticket)).expect(202).await;
        self.desk.cloud.pass(span).await;
        self.desk.renewed().get(&format!("/api/messages/{}", id(&sent["messageIds"][0]))).expect(200).await
    }

    async fn arrived(&self) -> usize {
        self.desk.cloud.received_by(&phone(0)).await.len()
    }
}

#[tokio::test]
async fn what_passes_by_itself_is_tried_again() {
    for (fault, times) in [("error:130429", 2), ("error:131056", 1), ("http:500", 2), ("error:131000", 2)] {
        let cloud = TestCloud::start().await;
        let case = Case::new(&cloud, "hold").await;
        cloud.fault(fault, None, times).await;
        let message = case.send(10 * MINUTE).await;
        assert_eq!(case.arrived().await, 1, "{fault}: {message}");
        assert_eq!(message["status"], "read", "{fault}: {message}");
        assert_eq!(message["attemptCount"], times + 1, "{fault}: {message}");
    }
}

#[tokio::test]
async fn what_never_passes_becomes_a_task_after_so_many_tries() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud, "hold").await;
    cloud.fault("error:131000", None, 1_000).await;
    let message = case.send(60 * MINUTE).await;
    assert_eq!((&message["status"], &message["reason"]), (&json!("failed"), &json!("AttemptsExhausted")), "{message}");
    assert_eq!(message["attemptCount"], 6);
    assert_eq!(case.arrived().await, 0);

    // Once it works, a person has it sent again.
    cloud.clear_faults().await;
    let desk = case.desk.renewed();
    let task = desk.get("/api/tasks/failed").expect(200).await["items"][0].clone();
    assert_eq!(task["messageId"], message["id"]);
    desk.post(&format!("/api/tasks/{}/retry", id(&task["id"])), json!({})).expect(202).await;
    cloud.settle().await;
    assert_eq!(case.arrived().await, 1);
    assert!(desk.all("/api/tasks/failed").await.is_empty());
    let message = desk.get(&format!("/api/messages/{}", id(&message["id"]))).expect(200).await;
    assert_eq!(message["status"], "read");
}

#[tokio::test]
async fn a_refusal_for_good_is_a_task_at_once() {
    for (fault, reason) in
        [("error:131026", "NotReachable"), ("failed:131026", "NotReachable"), ("error:132001", "Rejected")]
    {
        let cloud = TestCloud::start().await;
        let case = Case::new(&cloud, "hold").await;
        cloud.fault(fault, None, 1).await;
        let message = case.send(MINUTE).await;
        assert_eq!((&message["status"], &message["reason"]), (&json!("failed"), &json!(reason)), "{fault}: {message}");
        assert_eq!((case.arrived().await, &message["attemptCount"]), (0, &json!(1)), "{fault}");
        let task = case.desk.get("/api/tasks/failed").expect(200).await["items"][0].clone();
        assert!(task["explanation"].as_str().is_some_and(|text| !text.is_empty()), "{task}");
        case.desk.delete(&format!("/api/tasks/{}", id(&task["id"]))).expect(204).await;
        case.desk.delete(&format!("/api/tasks/{}", id(&task["id"]))).expect_errors(404).await;
        assert!(case.desk.all("/api/tasks/failed").await.is_empty());
    }
}

#[tokio::test]
async fn who_gets_too_many_such_messages_gets_this_one_a_day_later() {
    for fault in ["error:131049", "failed:131049"] {
        let cloud = TestCloud::start().await;
        let case = Case::new(&cloud, "hold").await;
        cloud.fault(fault, None, 1).await;
        let sent = cloud.clock().now();
        let message = case.send(MINUTE).await;
        assert_eq!((&message["status"], &message["reason"]), (&json!("queued"), &json!(null)), "{fault}: {message}");
        let due: jiff::Timestamp = message["nextAttemptAt"].as_str().unwrap().parse().unwrap();
        assert!(due.duration_since(sent) >= jiff::SignedDuration::from_hours(24), "{fault}: {message}");
        cloud.advance(24 * 60 * MINUTE - 3 * MINUTE);
        cloud.pass(MINUTE).await;
        assert_eq!(case.arrived().await, 0, "{fault}");
        cloud.pass(3 * MINUTE).await;
        let path = format!("/api/messages/{}", id(&message["id"]));
        let message = case.desk.renewed().get(&path).expect(200).await;
        assert_eq!((&message["status"], &message["attemptCount"]), (&json!("read"), &json!(2)), "{fault}: {message}");
        assert_eq!(case.arrived().await, 1, "{fault}");
    }
}

#[tokio::test]
async fn a_template_that_whatsapp_paused_is_not_used_until_an_administrator_resumes_it() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let author = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    owner.put(&format!("/api/quotas/{}", author.person.id), json!({ "addMessages": 9 })).expect(200).await;
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, 2).await;
    let body = json!({
        "title": "نص", "content": "مرحبًا {{patientName}}",
        "providerTemplate": { "name": "queue_update", "language": "ar", "parameters": ["patientName"] },
    });
    let template = id(&author.post("/api/templates", body.clone()).expect(201).await["id"]);
    let path = format!("/api/templates/{template}");
    cloud.fault("error:132015", None, 1).await;
    author.sending(&template, &tickets[..1]).expect(202).await;
    cloud.settle().await;
    let read = author.get(&path).expect(200).await;
    assert_eq!(read["paused"]["providerCode"], 132_015, "{read}");

    let send = json!({ "templateId": template, "ticketIds": tickets });
    for endpoint in ["/api/messages/send", "/api/messages/send-preview"] {
        assert_eq!(author.post(endpoint, send.clone()).expect_errors(409).await[0].0, "TemplatePaused", "{endpoint}");
    }
    let task = owner.all("/api/tasks/failed").await.remove(0);
    assert_eq!(task["reason"], "TemplatePaused");
    let retry = format!("/api/tasks/{}/retry", id(&task["id"]));
    assert_eq!(owner.post(&retry, json!({})).expect_errors(409).await[0].0, "TemplatePaused");
    // A text in its place goes without it.
    let mut other = send.clone();
    other["overrideContent"] = json!("نص آخر");
    assert_eq!(author.post("/api/messages/send-preview", other).expect(200).await["ready"], 2);

    assert!(!author.put(&path, body.clone()).expect(200).await["paused"].is_null(), "the same again changes nothing");
    let mut resume = body;
    resume["resume"] = json!(true);
    author.put(&path, resume.clone()).expect_errors(403).await;
    assert!(owner.put(&path, resume).expect(200).await["paused"].is_null());
    owner.post(&retry, json!({})).expect(202).await;
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 1);
}

#[tokio::test]
async fn while_the_notice_template_is_paused_texts_go_within_the_window_only() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud, "hold").await;
    cloud.fault("error:132016", None, 1).await;
    assert_eq!(case.send(MINUTE).await["reason"], "TemplatePaused");
    let send = || case.desk.sending(&case.template, std::slice::from_ref(&case.ticket)).expect(202);
    let sent = send().await;
    assert_eq!((&sent["queued"], &sent["skipped"][0]["code"]), (&json!(0), &json!("TemplatePaused")), "{sent}");
    cloud.reply(&case.desk.clinic, &phone(0), "أهلًا").await;
    cloud.settle().await;
    assert_eq!(send().await["queued"], 1);
    cloud.settle().await;
    assert_eq!(case.arrived().await, 1);
}

#[tokio::test]
async fn an_answer_that_never_came_is_settled_by_a_callback() {
    let cloud = quick().await;
    let case = Case::new(&cloud, "hold").await;
    cloud.fault("timeout_after_accept", None, 1).await;
    let message = case.send(5 * MINUTE).await;
    assert_eq!((case.arrived().await, &message["status"]), (1, &json!("read")), "{message}");
    assert!(case.desk.renewed().all("/api/tasks/failed").await.is_empty());
}

#[tokio::test]
async fn an_outcome_that_nobody_tells_is_held_and_never_sent_again() {
    for fault in ["timeout_after_accept", "drop_before_accept"] {
        let cloud = quick().await;
        let case = Case::new(&cloud, "hold").await;
        cloud.fault("no_webhooks", None, 1).await;
        cloud.fault(fault, None, 1).await;
        let message = case.send(20 * MINUTE).await;
        assert_eq!((&message["status"], &message["reason"]), (&json!("failed"), &json!("OutcomeUnknown")), "{message}");
        assert!(case.arrived().await <= 1, "{fault}");
        assert_eq!(message["attemptCount"], 1, "{fault}");
    }
}

#[tokio::test]
async fn an_outcome_that_nobody_tells_is_sent_again_where_the_template_says_so() {
    let cloud = quick().await;
    let case = Case::new(&cloud, "resend").await;
    cloud.fault("drop_before_accept", None, 1).await;
    let message = case.send(20 * MINUTE).await;
    assert_eq!((case.arrived().await, &message["status"]), (1, &json!("read")), "{message}");
}

#[tokio::test]
async fn callbacks_in_any_order_and_number_end_alike() {
    for fault in ["duplicate_webhooks", "reorder_webhooks"] {
        let cloud = TestCloud::start().await;
        let case = Case::new(&cloud, "hold").await;
        cloud.fault(fault, None, 1).await;
        let message = case.send(MINUTE).await;
        assert_eq!(message["status"], "read", "{fault}: {message}");
        let time = |name: &str| message[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        assert!(time("sentAt") <= time("deliveredAt") && time("deliveredAt") <= time("readAt"), "{message}");
    }
}

#[tokio::test]
async fn who_asks_for_no_more_gets_no_more_until_they_ask_again() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud, "hold").await;
    assert_eq!(case.send(MINUTE).await["status"], "read");
    cloud.reply(&case.desk.clinic, &phone(0), "إيقاف").await;
    cloud.settle().await;
    let sent = case.desk.sending(&case.template, std::slice::from_ref(&case.ticket)).expect(202).await;
    assert_eq!((&sent["queued"], &sent["skipped"][0]["code"]), (&json!(0), &json!("OptedOut")), "{sent}");
    cloud.reply(&case.desk.clinic, &phone(0), "اشتراك").await;
    cloud.settle().await;
    let sent = case.desk.sending(&case.template, std::slice::from_ref(&case.ticket)).expect(202).await;
    assert_eq!(sent["queued"], 1, "{sent}");
}

/// A cloud in which a provider that does not answer is waited for only briefly.
async fn quick() -> TestCloud {
    let faults = dawr_testkit::Faults::new(0);
    let between = Some(faults.between());
    TestCloud::with(dawr_testkit::TestOptions { between, ..Default::default() }).await
}

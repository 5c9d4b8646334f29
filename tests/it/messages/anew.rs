//! What was composed a while ago is composed anew before it goes, or refused when it is not true any more.

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, phone},
    world::id,
};

const MINUTE: Duration = Duration::from_secs(60);

/// Some who wait in one queue.
struct Waiting<'a> {
    desk: Desk<'a>,
    queue: String,
    tickets: Vec<String>,
}

impl<'a> Waiting<'a> {
    async fn new(cloud: &'a TestCloud, count: u32) -> Self {
        let desk = Desk::open(cloud, "al-shifa").await;
        let queue = desk.queue("د. ليلى").await;
        let tickets = desk.crowd(&queue, count).await;
        cloud.settle().await;
        Self { desk, queue, tickets }
    }

    /// Sends a text to all of them, which fails once with this error of Meta's.
    async fn fail(&self, content: &str, error: &str) {
        let (cloud, template) = (self.desk.cloud, self.desk.template(content).await);
        cloud.fault(error, None, 1).await;
        self.desk.sending(&template, &self.tickets).expect(202).await;
        cloud.settle().await;
    }

    /// Serves the ticket of that number.
    async fn serve(&self, n: usize) {
        let desk = self.desk.renewed();
        for status in ["called", "served"] {
            desk.put(&format!("/api/tickets/{}", self.tickets[n]), json!({ "status": status })).expect(200).await;
        }
    }

    async fn patient(&self, n: usize) -> String {
        let line = self.desk.renewed().line(&self.queue).await;
        let ticket = line.iter().find(|ticket| ticket["id"] == self.tickets[n]).expect("the ticket is listed");
        format!("/api/patients/{}", id(&ticket["patientId"]))
    }

    async fn task(&self) -> Value {
        let mut tasks = self.desk.renewed().all("/api/tasks/failed").await;
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        tasks.remove(0)
    }

    async fn retry(&self) -> dawr_testkit::Answer {
        let task = id(&self.task().await["id"]);
        self.desk.renewed().post(&format!("/api/tasks/{task}/retry"), json!({})).send().await
    }
}

#[tokio::test]
async fn a_message_that_is_not_sent_yet_goes_to_the_phone_and_the_name_of_by_then() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 2).await;
    let template = waiting.desk.template("أهلًا {{patientName}}").await;
    cloud.fault("error:130429", Some(&phone(1)), 1).await;
    waiting.desk.sending(&template, &waiting.tickets).expect(202).await;
    // One is corrected before its first try, the other before its second.
    let change = |phone: &str| json!({ "phoneNumber": phone, "fullName": "سارة الجديدة" });
    waiting.desk.put(&waiting.patient(0).await, change("0559990000")).expect(200).await;
    cloud.settle().await;
    waiting.desk.put(&waiting.patient(1).await, change("0559990001")).expect(200).await;
    cloud.pass(5 * MINUTE).await;
    for phone in ["+966559990000", "+966559990001"] {
        let received = cloud.received_by(phone).await;
        assert_eq!(received.len(), 1, "{phone}");
        assert!(received[0].text.contains("سارة الجديدة"), "{received:?}");
    }
    assert_eq!(cloud.received().await.len(), 2);
    let messages = waiting.desk.renewed().all("/api/messages").await;
    assert!(messages.iter().all(|message| message["fullName"] == "سارة الجديدة"), "{messages:?}");
}

#[tokio::test]
async fn failed_tasks_show_the_patient_of_now() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 1).await;
    waiting.fail("نص", "error:131026").await;
    let change = json!({ "phoneNumber": "0559990000", "fullName": "سارة" });
    waiting.desk.put(&waiting.patient(0).await, change).expect(200).await;
    let task = waiting.task().await;
    assert_eq!((&task["fullName"], &task["phoneNumber"]), (&json!("سارة"), &json!("+966559990000")));
    assert_eq!(task["retryable"], true);
    let user = waiting.desk.with(cloud.member(&waiting.desk.clinic, Role::Support).await);
    let masked = user.get("/api/tasks/failed").send_expecting(200).await;
    assert!(!masked.text.contains("559990000"), "{}", masked.text);
    assert_eq!(waiting.retry().await.status, 202);
    cloud.settle().await;
    assert_eq!(cloud.received_by("+966559990000").await.len(), 1);
}

#[tokio::test]
async fn more_failed_tasks_than_a_transaction_takes_are_all_corrected() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 1).await;
    let template = waiting.desk.template("نص").await;
    cloud.fault("error:132001", None, 62).await;
    for _ in 0..62 {
        waiting.desk.sending(&template, &waiting.tickets).expect(202).await;
    }
    cloud.settle().await;
    waiting.desk.put(&waiting.patient(0).await, json!({ "phoneNumber": "0559990000" })).expect(200).await;
    let tasks = waiting.desk.all("/api/tasks/failed?pageSize=200").await;
    assert_eq!(tasks.len(), 62);
    assert!(tasks.iter().all(|task| task["phoneNumber"] == "+966559990000"));
}

#[tokio::test]
async fn a_retry_says_what_is_true_now() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 3).await;
    let template = waiting.desk.template("{{patientName}}: أمامك {{peopleAhead}}").await;
    cloud.fault("error:132001", None, 1).await;
    waiting.desk.sending(&template, &waiting.tickets[2..]).expect(202).await;
    cloud.settle().await;
    waiting.serve(0).await;
    waiting.serve(1).await;
    waiting.desk.put(&waiting.patient(2).await, json!({ "fullName": "سارة" })).expect(200).await;
    let repaired =
        json!({ "title": "نص", "content": "مرحبًا {{patientName}}، أمامك {{peopleAhead}}", "isShared": true });
    waiting.desk.put(&format!("/api/templates/{template}"), repaired).expect(200).await;
    assert_eq!(waiting.retry().await.status, 202);
    cloud.settle().await;
    let received = cloud.received().await;
    assert_eq!(received.len(), 1);
    assert!(received[0].text.contains("مرحبًا سارة، أمامك 0"), "{received:?}");
}

#[tokio::test]
async fn a_text_in_place_of_the_templates_own_stays_when_it_is_retried() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 1).await;
    let template = waiting.desk.template("نص القالب").await;
    cloud.fault("error:132001", None, 1).await;
    let body = json!({ "templateId": template, "ticketIds": waiting.tickets, "overrideContent": "نص آخر" });
    waiting.desk.post("/api/messages/send", body).expect(202).await;
    cloud.settle().await;
    assert_eq!(waiting.retry().await.status, 202);
    cloud.settle().await;
    assert!(cloud.received().await[0].text.contains("نص آخر"));
}

#[tokio::test]
async fn a_text_about_a_turn_that_is_over_is_not_sent_again() {
    for end in ["served", "no_show", "cancelled"] {
        let cloud = TestCloud::start().await;
        let waiting = Waiting::new(&cloud, 1).await;
        waiting.fail("رقمك {{ticketNumber}}", "error:131026").await;
        for status in ["called", end] {
            let path = format!("/api/tickets/{}", waiting.tickets[0]);
            waiting.desk.put(&path, json!({ "status": status })).expect(200).await;
        }
        let answer = waiting.retry().await;
        assert_eq!((answer.status, answer.code()), (409, "NotRetryable".to_owned()), "{end}: {}", answer.text);
        assert!(answer.text.contains("turn is over"), "it says why: {}", answer.text);
        let all = waiting.desk.post("/api/tasks/retry", json!({ "filter": {} })).expect(202).await;
        assert_eq!((&all["retried"], &all["failed"][0]["code"]), (&json!(0), &json!("NotRetryable")));
        cloud.settle().await;
        assert!(cloud.received().await.is_empty());
        let task = id(&waiting.task().await["id"]);
        waiting.desk.delete(&format!("/api/tasks/{task}")).expect(204).await;
    }
}

#[tokio::test]
async fn a_text_about_a_turn_that_waits_beyond_it_fails_and_says_why() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 3).await;
    let desk = &waiting.desk;
    let sender = desk.with(cloud.member(&desk.clinic, Role::Moderator).await);
    desk.put(&format!("/api/quotas/{}", sender.person.id), json!({ "addMessages": 9 })).expect(200).await;
    let turn = desk.template("رقمك {{ticketNumber}}").await;
    let lasting = desk.template("شكرًا {{patientName}}").await;
    cloud.fault("error:130429", None, 3).await;
    sender.sending(&turn, &waiting.tickets[..1]).expect(202).await;
    cloud.settle().await;
    // What everybody who waits is told is about their turn, whatever it names.
    desk.post("/api/messages/send", json!({ "templateId": lasting, "queueId": waiting.queue })).expect(202).await;
    sender.sending(&lasting, &waiting.tickets[1..2]).expect(202).await;
    cloud.settle().await;
    for n in 0..3 {
        waiting.serve(n).await;
    }
    cloud.pass(10 * MINUTE).await;
    let received = cloud.received().await;
    assert_eq!(received.iter().map(|message| message.to.clone()).collect::<Vec<_>>(), [phone(1)], "{received:?}");
    let desk = desk.renewed();
    let tasks = desk.all("/api/tasks/failed?reason=TurnOver").await;
    assert_eq!(tasks.len(), 4, "{tasks:?}");
    for task in &tasks {
        assert_eq!(task["retryable"], false);
        let retry = desk.post(&format!("/api/tasks/{}/retry", id(&task["id"])), json!({})).expect_errors(409).await;
        assert_eq!(retry[0].0, "NotRetryable");
    }
    let quota = desk.quota(&sender.person).await;
    assert_eq!((&quota["messagesLeft"], &quota["reservedMessages"]), (&json!(8), &json!(0)), "{quota}");
}

#[tokio::test]
async fn a_text_about_a_turn_is_not_for_whom_it_is_over() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 95).await;
    waiting.serve(0).await;
    let turn = waiting.desk.template("أمامك {{peopleAhead}}").await;
    let body = json!({ "templateId": turn, "ticketIds": waiting.tickets[..2] });
    let preview = waiting.desk.post("/api/messages/send-preview", body.clone()).expect(200).await;
    let sent = waiting.desk.post("/api/messages/send", body).expect(202).await;
    assert_eq!((&preview["skipped"][0]["code"], &preview["ready"]), (&json!("TurnOver"), &json!(1)));
    assert_eq!((&sent["skipped"][0]["code"], &sent["queued"]), (&json!("TurnOver"), &json!(1)));
    cloud.settle().await;
    // Of a batch that is expanded later, too.
    let batch = id(&waiting.desk.sending(&turn, &waiting.tickets[1..]).expect(202).await["batchId"]);
    waiting.serve(1).await;
    cloud.settle().await;
    let batch = waiting.desk.get(&format!("/api/batches/{batch}")).expect(200).await;
    assert_eq!((&batch["queued"], &batch["skipped"][0]["code"]), (&json!(93), &json!("TurnOver")), "{batch}");
}

#[tokio::test]
async fn a_text_about_a_turn_ends_with_its_day() {
    let cloud = TestCloud::start().await;
    let waiting = Waiting::new(&cloud, 1).await;
    waiting.fail("رقمك {{ticketNumber}}", "error:131026").await;
    cloud.advance(24 * 60 * MINUTE);
    let answer = waiting.retry().await;
    assert_eq!((answer.status, answer.code()), (409, "NotRetryable".to_owned()), "{}", answer.text);
}

/// A tenant of Riyadh has a branch in Cairo, where the day ends an hour later.
#[tokio::test]
async fn a_text_about_a_turn_ends_with_the_day_of_its_queue() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let branch = json!({ "name": "القاهرة", "slug": "cairo", "timezone": "Africa/Cairo" });
    let branch = desk.post("/api/clinics", branch).expect(201).await;
    let queue = json!({ "doctorName": "د. ليلى", "clinicId": branch["id"] });
    let queue = desk.post("/api/queues", queue).expect(201).await;
    assert_eq!(queue["timezone"], "Africa/Cairo");
    let (queue, day) = (id(&queue["id"]), cloud.clock().now());
    let ticket = desk.adding(&queue, "سارة", &phone(0)).expect(201).await;
    let end = day.in_tz("Africa/Cairo").unwrap().tomorrow().unwrap().start_of_day().unwrap().timestamp();
    assert_ne!(end, day.in_tz("Asia/Riyadh").unwrap().tomorrow().unwrap().start_of_day().unwrap().timestamp());
    for audience in [
        json!({ "ticketIds": [ticket["id"]] }),
        json!({ "patientIds": [ticket["patientId"]] }),
        json!({ "queueId": queue }),
    ] {
        for text in ["رقمك {{ticketNumber}}", "أمامك {{peopleAhead}}"] {
            let (desk, mut body) = (desk.renewed(), audience.clone());
            body["templateId"] = json!(desk.template(text).await);
            // It is composed anew before its second try.
            cloud.fault("error:130429", None, 1).await;
            desk.post("/api/messages/send", body).expect(202).await;
            let ends = || {
                let messages = cloud.items_of("message");
                let ends =
                    messages.iter().map(|message| message["validity"]["M"]["turn"]["S"].as_str().unwrap().to_owned());
                ends.map(|end| end.parse::<jiff::Timestamp>().unwrap()).collect::<Vec<_>>()
            };
            assert!(ends().iter().all(|one| *one == end), "{audience} {text}: {:?}", ends());
            cloud.pass(5 * MINUTE).await;
            assert!(ends().iter().all(|one| *one == end), "{audience} {text}, anew: {:?}", ends());
        }
    }
    assert_eq!(cloud.received().await.len(), 6);
}

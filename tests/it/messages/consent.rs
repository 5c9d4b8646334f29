//! `/api/patients/{patientId}/consent`: who wants messages, how that is known, and what follows from it.

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use super::meta::Meta;
use crate::{
    desk::{Desk, phone},
    world::id,
};

struct Case<'a> {
    desk: Desk<'a>,
    meta: Meta<'a>,
    queue: String,
    template: String,
}

impl<'a> Case<'a> {
    async fn new(cloud: &'a TestCloud) -> Self {
        let desk = Desk::open(cloud, "al-shifa").await;
        let queue = desk.queue("د. ليلى").await;
        let template = desk.template("مرحبًا {{patientName}}").await;
        Self { meta: Meta::of(&desk).await, desk, queue, template }
    }

    /// A patient who waits, and their ticket.
    async fn add(&self, name: &str, phone: &str) -> (String, String) {
        let ticket = self.desk.adding(&self.queue, name, phone).expect(201).await;
        (id(&ticket["patientId"]), id(&ticket["id"]))
    }

    /// Why a patient gets nothing, if so.
    async fn skipped(&self, patient: &str) -> Value {
        let body = json!({ "templateId": self.template, "patientIds": [patient], "again": true });
        let sent = self.desk.post("/api/messages/send", body).expect(202).await;
        self.desk.cloud.settle().await;
        sent["skipped"][0]["code"].clone()
    }

    /// A person writes, some time later.
    async fn writes(&self, from: &str, n: u32, text: &str) {
        self.desk.cloud.advance(Duration::from_secs(5));
        self.meta.text(from, &n.to_string(), text).await;
    }
}

#[tokio::test]
async fn a_wish_follows_the_person_and_does_not_bind_the_next_owner_of_the_number() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud).await;
    let (first, _) = case.add("سارة", &phone(0)).await;
    let (child, _) = case.add("طفل سارة", &phone(0)).await;
    case.writes(&phone(0), 1, "إيقاف الإشعارات").await;
    assert_eq!(case.skipped(&first).await, "OptedOut");
    assert_eq!(case.skipped(&child).await, "OptedOut", "whoever shares the number");
    // The person gets another number, and somebody else theirs.
    for patient in [&first, &child] {
        let path = format!("/api/patients/{patient}");
        case.desk.put(&path, json!({ "phoneNumber": phone(1) })).expect(200).await;
    }
    let (next, _) = case.add("نورة", &phone(0)).await;
    assert_eq!(case.skipped(&first).await, "OptedOut", "the person is the same");
    assert_eq!(case.skipped(&next).await, Value::Null, "the number's next owner said nothing");
    assert_eq!(case.desk.consent(&next).await["state"], Value::Null);
    case.writes(&phone(1), 2, "اشتراك").await;
    assert_eq!(case.skipped(&first).await, Value::Null);
}

#[tokio::test]
async fn a_consent_says_how_it_is_known_and_is_in_the_trail() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud).await;
    let (patient, _) = case.add("سارة", &phone(0)).await;
    let silent = case.desk.consent(&patient).await;
    assert_eq!((&silent["state"], &silent["version"]), (&Value::Null, &json!(0)));
    case.writes(&phone(0), 1, "من فضلك إيقاف الرسائل 🙏").await;
    let said = case.desk.consent(&patient).await;
    assert_eq!(
        (&said["state"], &said["proof"], &said["words"]),
        (&json!("opted_out"), &json!("message"), &json!("من فضلك إيقاف الرسائل 🙏"))
    );
    let nurse = case.desk.with(cloud.member(&case.desk.clinic, Role::Nurse).await);
    let seen = nurse.consent(&patient).await;
    assert_eq!((&seen["state"], seen.get("words")), (&json!("opted_out"), None), "who reads no messages");

    let path = format!("/api/patients/{patient}/consent");
    let set = |state: &str| json!({ "state": state, "reason": "اتصلت المريضة وطلبت ذلك" });
    cloud.advance(Duration::from_secs(5));
    let stale = case.desk.put(&path, set("opted_in")).header("if-match", "\"7\"");
    assert_eq!(stale.expect_errors(412).await[0].0, "StaleVersion");
    let errors = case.desk.put(&path, json!({ "state": "maybe", "reason": " " })).expect_errors(422).await;
    let fields: Vec<_> = errors.iter().map(|error| error.1.clone()).collect();
    assert_eq!(fields.len(), 2, "{errors:?}");
    let view = case.desk.put(&path, set("opted_in")).expect(200).await;
    assert_eq!(
        (&view["state"], &view["proof"], &view["reason"]),
        (&json!("opted_in"), &json!("member"), &json!("اتصلت المريضة وطلبت ذلك"))
    );
    assert_eq!(view["member"], case.desk.person.id.to_string());
    assert_eq!(case.skipped(&patient).await, Value::Null);
    // What the person writes later counts again.
    case.writes(&phone(0), 2, "stop").await;
    assert_eq!(case.skipped(&patient).await, "OptedOut");
    let entries: Vec<Value> = cloud.items_of("audit");
    let about = |entry: &&Value| entry["subjects"].to_string().contains("\"consent\"");
    let actions: Vec<_> = entries.iter().filter(about).map(|entry| entry["action"]["S"].clone()).collect();
    let count = |action: &str| actions.iter().filter(|known| **known == action).count();
    assert_eq!((count("process_callback"), count("set_consent")), (2, 1), "{actions:?}");
    let patients = case.desk.with(cloud.member(&case.desk.clinic, Role::Billing).await);
    patients.put(&path, set("opted_out")).expect_errors(403).await;
}

#[tokio::test]
async fn a_word_that_may_mean_the_turn_is_a_question_while_somebody_waits() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud).await;
    let (patient, ticket) = case.add("سارة", &phone(0)).await;
    // Their last ticket is not the one with which they still wait.
    let other = case.desk.queue("د. هند").await;
    let last = case.desk.adding(&other, "سارة", &phone(0)).expect(201).await;
    let path = format!("/api/tickets/{}", id(&last["id"]));
    case.desk.put(&path, json!({ "status": "cancelled" })).expect(200).await;
    for (word, n) in [("إلغاء", 1), ("cancel", 2)] {
        case.writes(&phone(0), n, word).await;
        assert_eq!(case.desk.consent(&patient).await["state"], Value::Null, "{word}");
    }
    assert_eq!(case.skipped(&patient).await, Value::Null);
    let line = case.desk.all(&format!("/api/queues/{}/patients?pageSize=9", case.queue)).await;
    assert_eq!(
        (&line[0]["id"], &line[0]["needsAnswer"], &line[0]["unreadMessages"]),
        (&json!(ticket), &json!(true), &json!(2))
    );
    let conversation = format!("/api/patients/{patient}/conversation");
    assert!(case.desk.get(&conversation).expect(200).await["needsAnswer"].is_string());
    case.desk.post(&format!("{conversation}/read"), json!({ "answered": true })).expect(204).await;
    assert_eq!(case.desk.get(&conversation).expect(200).await["needsAnswer"], Value::Null);
    let line = case.desk.all(&format!("/api/queues/{}/patients?pageSize=9", case.queue)).await;
    assert_eq!((&line[0]["needsAnswer"], &line[0]["unreadMessages"]), (&json!(false), &json!(0)));
    // Clear words are obeyed while somebody waits, too.
    case.writes(&phone(0), 3, "إيقاف الرسائل").await;
    assert_eq!(case.desk.consent(&patient).await["state"], "opted_out");
    // Whoever does not wait can only mean the messages, and is told how to come back.
    let (gone, ticket) = case.add("نورة", &phone(1)).await;
    case.desk.put(&format!("/api/tickets/{ticket}"), json!({ "status": "cancelled" })).expect(200).await;
    case.writes(&phone(1), 4, "إلغاء").await;
    assert_eq!(case.desk.consent(&gone).await["state"], "opted_out");
}

#[tokio::test]
async fn a_wish_is_confirmed_once_in_the_words_own_language() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud).await;
    let (patient, _) = case.add("سارة", &phone(0)).await;
    case.add("طفل سارة", &phone(0)).await;
    // The phones know of the window only what they wrote themselves.
    for n in [0, 5, 6] {
        cloud.reply(&case.desk.clinic, &phone(n), "أهلًا").await;
    }
    cloud.settle().await;
    let texts = async || -> Vec<String> {
        cloud.received_by(&phone(0)).await.into_iter().map(|received| received.text).collect()
    };
    cloud.advance(Duration::from_secs(5));
    let stop = case.meta.message(&phone(0), "1", "text", &json!({ "body": "إيقاف" }));
    for _ in 0..3 {
        case.meta.tells("messages", json!({ "messages": [stop] })).await;
    }
    // The same event in another body, as a provider repeats it.
    let again = json!({ "messages": [stop], "contacts": [{ "wa_id": &phone(0)[1..], "user_id": "SA.1" }] });
    case.meta.tells("messages", again).await;
    assert_eq!(texts().await.len(), 1, "once, to the phone that they share");
    assert!(texts().await[0].contains("اشتراك") && texts().await[0].contains("إيقاف"));
    case.writes(&phone(0), 2, "STOP").await;
    assert_eq!(texts().await.len(), 1, "it is known");
    assert_eq!(case.skipped(&patient).await, "OptedOut");
    case.writes(&phone(0), 3, "Start").await;
    assert!(texts().await[1].contains("STOP"), "{:?}", texts().await);
    case.writes(&phone(0), 4, "unsubscribe me").await;
    assert!(texts().await[2].contains("START"), "{:?}", texts().await);
    // Of a number that no patient has.
    case.writes(&phone(5), 5, "إيقاف").await;
    case.writes(&phone(5), 6, "إيقاف").await;
    assert_eq!(cloud.received_by(&phone(5)).await.len(), 1);
    // What was said long ago is obeyed, and not answered.
    let (late, _) = case.add("نورة", &phone(6)).await;
    let mut old = case.meta.message(&phone(6), "7", "text", &json!({ "body": "إيقاف" }));
    old["timestamp"] = json!((cloud.clock().now().as_second() - 25 * 3600).to_string());
    case.meta.tells("messages", json!({ "messages": [old] })).await;
    assert_eq!(case.desk.consent(&late).await["state"], "opted_out");
    assert!(cloud.received_by(&phone(6)).await.is_empty());
}

#[tokio::test]
async fn a_button_means_its_id_and_metas_own_button_and_settings_are_heard() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud).await;
    let (patient, _) = case.add("سارة", &phone(0)).await;
    let press = async |n: u32, kind: &str, content: Value| {
        cloud.advance(Duration::from_secs(5));
        let message = case.meta.message(&phone(0), &n.to_string(), kind, &content);
        case.meta.tells("messages", json!({ "messages": [message] })).await;
        case.desk.consent(&patient).await["state"].clone()
    };
    let reply = |id: &str, title: &str| json!({ "type": "button_reply", "button_reply": { "id": id, "title": title } });
    for (n, kind, content) in [
        (1, "interactive", reply("cancel-appt-7", "إلغاء")),
        (2, "interactive", reply("cancel-appt-7", "STOP")),
        (3, "interactive", json!({ "type": "list_reply", "list_reply": { "id": "r", "title": "إيقاف" } })),
        (4, "button", json!({ "payload": "cancel-appt-7", "text": "إيقاف" })),
        (5, "button", json!({ "payload": "إلغاء", "text": "إلغاء" })),
    ] {
        assert_eq!(press(n, kind, content.clone()).await, Value::Null, "{content}");
    }
    let own = json!({ "payload": "Stop promotions", "text": "Stop promotions" });
    assert_eq!(press(6, "button", own).await, "opted_out");
    let prefers = async |value: &str| {
        cloud.advance(Duration::from_secs(5));
        let at = cloud.clock().now().as_second();
        let preference = json!({ "wa_id": &phone(0)[1..], "detail": "x", "category": "marketing_messages",
            "value": value, "timestamp": at });
        case.meta.tells("user_preferences", json!({ "user_preferences": [preference] })).await;
        case.desk.consent(&patient).await
    };
    assert_eq!(prefers("resume").await["state"], "opted_in");
    let stopped = prefers("stop").await;
    assert_eq!((&stopped["state"], &stopped["proof"]), (&json!("opted_out"), &json!("provider")));
    let group = {
        let mut group = case.meta.message(&phone(0), "9", "text", &json!({ "body": "اشتراك" }));
        group["group_id"] = json!("Y2Fw");
        group
    };
    cloud.advance(Duration::from_secs(5));
    case.meta.tells("messages", json!({ "messages": [group] })).await;
    assert_eq!(
        case.desk.consent(&patient).await["state"],
        "opted_out",
        "what is said to a group is not said to the clinic"
    );
}

/// WhatsApp says at a send that the person wants none (error 131050).
#[tokio::test]
async fn what_a_send_is_told_of_a_person_is_the_persons() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud).await;
    let (patient, _) = case.add("سارة", &phone(0)).await;
    cloud.settle().await;
    cloud.fault("error:131050", None, 1).await;
    assert_eq!(case.skipped(&patient).await, Value::Null);
    let told = case.desk.consent(&patient).await;
    assert_eq!((&told["state"], &told["proof"]), (&json!("opted_out"), &json!("provider")));
    assert_eq!(case.skipped(&patient).await, "OptedOut");
    // What a callback says of it is as old as it is, however late it comes.
    let (other, _) = case.add("نورة", &phone(1)).await;
    let sent = case.desk.post("/api/messages/send", json!({ "templateId": case.template, "patientIds": [other] }));
    let message = id(&sent.expect(202).await["messageIds"][0]);
    cloud.settle().await;
    let failed = |at: i64| {
        json!({ "statuses": [{ "id": "wamid.any", "status": "failed", "timestamp": at.to_string(),
            "recipient_id": &phone(1)[1..], "biz_opaque_callback_data": format!("{message}.1"),
            "errors": [{ "code": 131050, "title": "User has stopped" }] }] })
    };
    let before = cloud.clock().now().as_second();
    case.writes(&phone(1), 1, "START").await;
    case.meta.tells("messages", failed(before)).await;
    assert_eq!(case.desk.consent(&other).await["state"], "opted_in");
    cloud.advance(Duration::from_secs(60));
    case.meta.tells("messages", failed(cloud.clock().now().as_second())).await;
    assert_eq!(case.desk.consent(&other).await["state"], "opted_out", "also if the message has moved on");
}

/// The provider tells things in any order.
#[tokio::test]
async fn a_wish_that_a_later_one_has_replaced_is_not_confirmed() {
    let cloud = TestCloud::start().await;
    let case = Case::new(&cloud).await;
    let (patient, _) = case.add("سارة", &phone(0)).await;
    for n in [0, 5] {
        cloud.reply(&case.desk.clinic, &phone(n), "أهلًا").await;
        cloud.settle().await;
        let now = cloud.clock().now().as_second();
        for (text, at) in [("START", now + 20), ("STOP", now + 10)] {
            let mut message = case.meta.message(&phone(n), text, "text", &json!({ "body": text }));
            message["id"] = json!(format!("wamid.{n}.{text}"));
            message["timestamp"] = json!(at.to_string());
            cloud.advance(Duration::from_secs(30));
            case.meta.tells("messages", json!({ "messages": [message] })).await;
        }
        let told: Vec<String> = cloud.received_by(&phone(n)).await.into_iter().map(|received| received.text).collect();
        assert!(told.iter().all(|text| !text.contains("stopped")), "{told:?}");
    }
    assert_eq!(case.desk.consent(&patient).await["state"], "opted_in");
}

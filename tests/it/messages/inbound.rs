//! What comes as a callback: whose it is, what it means, and that nothing of it is lost.

use std::time::Duration;

use dawr_api::function::Queue;
use dawr_testkit::{Faults, Rates, TestCloud, TestOptions};
use serde_json::{Value, json};

use super::meta::Meta;
use crate::{
    desk::{Desk, phone},
    world::id,
};

/// Whether any text may go to a number.
fn is_open(cloud: &TestCloud, phone: &str) -> bool {
    let of = |contact: &Value| contact["phone"]["S"] == phone;
    cloud
        .items_of("contact")
        .iter()
        .find(|contact| of(contact))
        .is_some_and(|contact| contact.get("last_inbound_at").is_some_and(|at| at["S"].is_string()))
}

#[tokio::test]
async fn only_what_a_person_wrote_opens_the_window() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 30).await;
    let meta = Meta::of(&desk).await;
    let moved = json!({ "body": "User A changed from 1 to 2", "wa_id": "12195555358", "type": "user_changed_number" });
    let media = json!({ "id": "1003383421387256", "mime_type": "image/jpeg", "sha256": "x" });
    let cases = [
        ("text", json!({ "body": "متى دوري؟" }), true),
        ("image", media.clone(), true),
        ("audio", media.clone(), true),
        ("video", media.clone(), true),
        ("document", media.clone(), true),
        ("sticker", media, true),
        ("location", json!({ "latitude": 24.7, "longitude": 46.6 }), true),
        ("contacts", json!([{ "name": { "formatted_name": "ل" } }]), true),
        ("button", json!({ "payload": "confirm", "text": "تأكيد" }), true),
        ("interactive", json!({ "type": "button_reply", "button_reply": { "id": "1", "title": "نعم" } }), true),
        ("reaction", json!({ "message_id": "wamid.x", "emoji": "👍" }), true),
        ("order", json!({ "catalog_id": "1", "product_items": [] }), true),
        ("reaction", json!({ "message_id": "wamid.x" }), false),
        ("system", moved, false),
        ("system", json!({ "body": "x", "type": "customer_identity_changed" }), false),
        ("request_welcome", json!({}), false),
        ("unsupported", json!({ "type": "unknown" }), false),
        ("revoke", json!({ "original_message_id": "wamid.x" }), false),
        ("edit", json!({ "original_message_id": "wamid.x" }), false),
        ("brand_new_type", json!({ "body": "x" }), false),
    ];
    for ((kind, content, opens), n) in cases.into_iter().zip(0..) {
        let message = meta.message(&phone(n), &n.to_string(), kind, &content);
        meta.tells("messages", json!({ "messages": [message] })).await;
        assert_eq!(is_open(&cloud, &phone(n)), opens, "{kind}: {content}");
    }
    let text = |n: u32| meta.message(&phone(n), &n.to_string(), "text", &json!({ "body": "x" }));
    let mut group = text(20);
    group["group_id"] = json!("Y2FwaV9ncm91cDoxODA1NTU1MDE3MjoxMjAzNjMyMjI3NzE5NjMwNjcZD");
    meta.tells("messages", json!({ "messages": [group] })).await;
    assert!(!is_open(&cloud, &phone(20)), "a group is no person");
    for (field, n) in
        ["message_echoes", "smb_message_echoes", "history", "standby", "group_lifecycle_update"].iter().zip(21..)
    {
        meta.tells(field, json!({ "messages": [text(n)], "message_echoes": [text(n)] })).await;
        assert!(!is_open(&cloud, &phone(n)), "{field}");
    }
}

#[tokio::test]
async fn what_is_unreadable_or_too_large_harms_none_of_its_neighbours() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 13).await;
    let tickets = desk.all(&format!("/api/queues/{queue}/patients?pageSize=200")).await;
    let patient_of =
        |phone: &str| id(&tickets.iter().find(|ticket| ticket["phoneNumber"] == phone).unwrap()["patientId"]);
    let meta = Meta::of(&desk).await;
    let large = "م".repeat(300_000);
    let bad = [
        "null".to_owned(),
        "[]".to_owned(),
        "\"x\"".to_owned(),
        "{\"id\": 1e999}".to_owned(),
        r#"{"from":"966501111111","id":"a","timestamp":"1","type":"text","text":{"body":"\ud83d"}}"#.to_owned(),
        r#"{"from":"966501111112","id":"b","timestamp":"1","type":"text","text":{"body":"\x \u12"}}"#.to_owned(),
        r#"{"from":"966501111113","id":"c","timestamp":null,"type":"text","text":{"body":null}}"#.to_owned(),
        format!(r#"{{"from":"966501111114","id":"d","timestamp":"1","type":"text","text":{{"body":"{large}"}}}}"#),
        format!(r#"{{"from":"966501111115","id":"{large}","timestamp":"1","type":"text","text":{{"body":"x"}}}}"#),
        format!(
            r#"{{"from":"966501111116","id":"e","timestamp":"1","type":"order","order":{}1{}}}"#,
            "[".repeat(300),
            "]".repeat(300)
        ),
        format!(r#"{{"from_user_id":"{large}","id":"f","timestamp":"1","type":"text","text":{{"body":"x"}}}}"#),
    ];
    for (bad, n) in bad.iter().zip(0..) {
        let stop = meta.message(&phone(n), &n.to_string(), "text", &json!({ "body": "STOP" })).to_string();
        let change = meta.change("messages", json!({ "messages": ["{bad}", "{stop}"], "contacts": null }));
        let body = meta.body(&[Value::Null, change, json!({ "field": "messages", "value": null })]);
        let body = body.replace("\"{bad}\"", bad).replace("\"{stop}\"", &stop);
        meta.signed(body).expect(200).await;
        cloud.settle().await;
        let patient = patient_of(&phone(n));
        let consent = desk.consent(&patient).await;
        assert_eq!(consent["state"], "opted_out", "beside {}", bad.chars().take(60).collect::<String>());
    }
    // Bytes that are no text at all.
    let stop = meta.message(&phone(12), "30", "text", &json!({ "body": "STOP {}" }));
    let body = meta.body(&[meta.change("messages", json!({ "messages": [stop] }))]).into_bytes();
    let at = body.windows(2).position(|pair| pair == b"{}").unwrap();
    meta.signed([&body[..at], b"\xF0\x9F", &body[at + 2..]].concat()).expect(200).await;
    cloud.settle().await;
    let patient = patient_of(&phone(12));
    let consent = desk.consent(&patient).await;
    assert_eq!(consent["state"], "opted_out");
    // Many large events need several transactions, by their bytes as well.
    let messages: Vec<Value> = (0..105)
        .map(|n| meta.message("966502222222", &format!("many.{n}"), "text", &json!({ "body": "م".repeat(1_000) })))
        .collect();
    meta.signed(meta.body(&[meta.change("messages", json!({ "messages": messages }))])).expect(200).await;
    cloud.settle().await;
    let kept = cloud.items_of("inbound").iter().filter(|item| item["from"]["S"] == "+966502222222").count();
    assert_eq!(kept, 105);
    assert!(cloud.dead_letters().is_empty());
}

#[tokio::test]
async fn before_its_signature_a_body_costs_one_read() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let meta = Meta::of(&desk).await;
    let change = |number: String| {
        json!({ "field": "messages", "value": { "metadata": { "phone_number_id": number },
        "statuses": [{ "id": "w", "status": "read", "timestamp": "1" }] } })
    };
    let unknown: Vec<Value> = (0..500).map(|n| change(format!("7{n:08}"))).collect();
    let odd = [change("x".repeat(5_000)), change("#".to_owned()), change(String::new())];
    let own = change(meta.number.phone_number_id.clone());
    for (changes, trips) in [
        (unknown.clone(), 1),
        ([vec![own.clone()], unknown.clone()].concat(), 1),
        (odd.to_vec(), 0),
        (vec![json!({ "field": "account_update", "value": { "event": "X" } })], 1),
    ] {
        let (cost, answer) = cloud.cost(meta.unsigned(&meta.body(&changes)).send()).await;
        assert_eq!((answer.status, cost.trips), (401, trips), "{cost:?}");
        assert!(cost.read <= 8.0 && cost.write == 0.0, "{cost:?}");
    }
    let (cost, answer) =
        cloud.cost(meta.unsigned(&meta.body(&unknown)).header("x-hub-signature-256", "sha256=00").send()).await;
    assert_eq!((answer.status, cost.trips), (401, 0), "no signature can look like that");
    // Signed: others beside ours are passed over, wherever in the body ours stands.
    let many = [unknown[..7].to_vec(), vec![own], unknown].concat();
    let (cost, answer) = cloud.cost(meta.signed(meta.body(&many)).send()).await;
    assert_eq!(answer.status, 200);
    assert!(cost.trips <= 8, "{cost:?}");
    assert_eq!(cloud.items_of("inbox").len(), 1);
}

#[tokio::test]
async fn a_body_that_says_nothing_is_taken() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let meta = Meta::of(&desk).await;
    for body in [
        json!({}),
        json!({ "object": "whatsapp_business_account", "entry": [] }),
        json!({ "entry": null }),
        json!({ "entry": [{ "id": "1", "changes": [] }] }),
        json!({ "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": null }] }] }),
    ] {
        meta.signed(body.to_string()).expect(200).await;
        meta.unsigned(&body.to_string()).expect(200).await;
    }
    assert!(cloud.items_of("inbox").is_empty());
}

#[tokio::test]
async fn what_is_said_of_an_account_reaches_the_clinic_whose_number_is_in_it() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let other = Desk::open(&cloud, "al-noor").await;
    let (meta, foreign) = (Meta::of(&desk).await, Meta::of(&other).await);
    let approved = json!({ "name": "queue_update", "language": "en_US", "parameters": [] });
    let body = json!({ "title": "نص", "content": "مرحبًا", "isShared": true, "providerTemplate": approved });
    let template = id(&desk.post("/api/templates", body).expect(201).await["id"]);
    let told = |field: &str, time: i64, value: Value| {
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": meta.account, "time": time,
            "changes": [{ "field": field, "value": value }] }] })
        .to_string()
    };
    let at = cloud.clock().now().as_second();
    let status = |time: i64, event: &str| {
        told(
            "message_template_status_update",
            time,
            json!({ "event": event, "message_template_id": 1,
            "message_template_name": "queue_update", "message_template_language": "en_US", "reason": "NONE" }),
        )
    };
    // Nobody knows the account yet: a callback about one of its numbers tells.
    meta.signed(status(at, "PAUSED")).expect_errors(401).await;
    meta.text(&phone(0), "1", "أهلًا").await;
    foreign.signed(status(at, "PAUSED")).expect_errors(401).await;
    meta.unsigned(&status(at, "PAUSED")).expect_errors(401).await;
    let paused = async || desk.get(&format!("/api/templates/{template}")).expect(200).await["paused"].clone();
    assert_eq!(paused().await, Value::Null);
    let tell = async |body: String| {
        meta.signed(body).expect(200).await;
        cloud.settle().await;
    };
    cloud.advance(Duration::from_secs(100));
    tell(status(at + 10, "FLAGGED")).await;
    assert_eq!(paused().await, Value::Null);
    tell(status(at + 20, "PAUSED")).await;
    assert_eq!(paused().await["providerCode"], 132_015);
    tell(status(at + 15, "APPROVED")).await;
    assert_eq!(paused().await["providerCode"], 132_015, "what was said before comes late");
    tell(status(at + 30, "APPROVED")).await;
    assert_eq!(paused().await, Value::Null);

    let account = async || desk.get("/api/settings/whatsapp").expect(200).await;
    assert_eq!(account().await["stoppedBy"], Value::Null);
    let ban = |state: &str| json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": state } });
    tell(told("account_update", at + 40, ban("DISABLE"))).await;
    let stopped = account().await;
    assert_eq!((&stopped["stoppedBy"], &stopped["accountEvent"]), (&json!(131_031), &json!("DISABLED_UPDATE")));
    assert!(stopped["heldUntil"].is_string());
    tell(told("account_update", at + 50, ban("REINSTATE"))).await;
    assert_eq!(account().await["stoppedBy"], Value::Null);
    // What asks for nothing is taken, or it would come for days.
    for field in ["phone_number_quality_update", "account_review_update", "business_capability_update", "security"] {
        tell(told(field, at, json!({ "event": "x" }))).await;
    }
    assert_eq!(other.get("/api/settings/whatsapp").expect(200).await["accountEvent"], Value::Null);
}

#[tokio::test]
async fn an_account_may_be_named_when_the_number_is_connected() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    cloud.number_at_meta("106540352242922", "EAAG-a-token").await;
    let body = json!({ "phoneNumberId": "106540352242922", "businessAccountId": "102290129340398",
        "accessToken": "EAAG-a-token", "appSecret": "secret-secret", "verifyToken": "verify-verify" });
    desk.put("/api/settings/whatsapp", body).expect(200).await;
    let meta = Meta::of(&desk).await;
    let body = json!({ "entry": [{ "id": meta.account, "time": 1, "changes": [{ "field": "account_update",
        "value": { "event": "VERIFIED_ACCOUNT" } }] }] });
    meta.signed(body.to_string()).expect(200).await;
    cloud.settle().await;
}

#[tokio::test]
async fn whoever_is_called_otherwise_than_they_are_dialled_is_heard() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let meta = Meta::of(&desk).await;
    let template = desk.template("مرحبًا").await;
    for (dialled, called, user, n) in [
        ("+5541987654321", "554187654321", "BR.1", 0),
        ("+525512345678", "5215512345678", "MX.1", 1),
        ("+5491123456789", "541123456789", "AR.1", 2),
    ] {
        let ticket = desk.adding(&queue, &format!("مريض {n}"), dialled).expect(201).await;
        let sent = desk.sending(&template, &[id(&ticket["id"])]).expect(202).await;
        cloud.settle().await;
        let message = id(&sent["messageIds"][0]);
        let status = json!({ "id": "wamid.any", "status": "delivered", "timestamp": meta.now(), "recipient_id": called,
            "recipient_user_id": user, "biz_opaque_callback_data": format!("{message}.1") });
        meta.tells("messages", json!({ "statuses": [status] })).await;
        let consent = async || desk.consent(&id(&ticket["patientId"])).await["state"].clone();
        assert_eq!(consent().await, Value::Null);
        cloud.advance(Duration::from_secs(5));
        meta.text(called, &format!("{n}.stop"), "إيقاف").await;
        assert_eq!(consent().await, "opted_out", "{dialled}");
        assert!(is_open(&cloud, dialled), "{dialled}");
        // The same person shows no number any more.
        cloud.advance(Duration::from_secs(5));
        let start = json!({ "from_user_id": user, "id": format!("wamid.{n}"), "timestamp": meta.now(), "type": "text",
            "text": { "body": "اشتراك" } });
        meta.tells("messages", json!({ "messages": [start] })).await;
        assert_eq!(consent().await, "opted_in", "{user}");
        // WhatsApp gives them another id, and says so.
        let other = format!("{user}9");
        let system = json!({ "from_user_id": other, "id": format!("wamid.sys.{n}"), "timestamp": meta.now(), "type": "system",
            "system": { "type": "user_changed_user_id", "user_id": other, "previous_user_id": user } });
        meta.tells("messages", json!({ "messages": [system] })).await;
        cloud.advance(Duration::from_secs(5));
        let stop = json!({ "from_user_id": other, "id": format!("wamid.2.{n}"), "timestamp": meta.now(), "type": "text",
            "text": { "body": "STOP" } });
        meta.tells("messages", json!({ "messages": [stop] })).await;
        assert_eq!(consent().await, "opted_out", "{other}");
    }
}

/// Whoever writes first, before anything was sent to them.
#[tokio::test]
async fn a_line_that_whatsapp_writes_otherwise_is_known_before_it_says_so() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let meta = Meta::of(&desk).await;
    let ticket = desk.adding(&queue, "Ana", "+5541987654998").expect(201).await;
    meta.text("554187654998", "1", "STOP").await;
    let consent = desk.consent(&id(&ticket["patientId"])).await;
    assert_eq!(consent["state"], "opted_out");
    assert!(is_open(&cloud, "+5541987654998"));
}

/// A number was noted wrongly, and its owner got a message. Whatever they write is theirs, by whatever it could be traced to the
/// patient: what WhatsApp calls them, the message that they answer, a status that comes late.
#[tokio::test]
async fn whoever_got_a_message_by_mistake_is_not_taken_for_the_patient() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let meta = Meta::of(&desk).await;
    let template = desk.template("مرحبًا").await;
    let (wrong, right, user) = (phone(7), phone(8), "SA.77");
    let ticket = desk.adding(&queue, "سارة", &wrong).expect(201).await;
    let patient = id(&ticket["patientId"]);
    let sent = desk.sending(&template, &[id(&ticket["id"])]).expect(202).await;
    cloud.settle().await;
    let message = id(&sent["messageIds"][0]);
    let wamid = id(&desk.get(&format!("/api/messages/{message}")).expect(200).await["providerMessageId"]);
    let status = |status: &str| {
        json!({ "statuses": [{ "id": wamid, "status": status, "timestamp": meta.now(), "recipient_id": &wrong[1..],
            "recipient_user_id": user, "biz_opaque_callback_data": format!("{message}.1") }] })
    };
    meta.tells("messages", status("delivered")).await;
    desk.put(&format!("/api/patients/{patient}"), json!({ "phoneNumber": right })).expect(200).await;
    meta.tells("messages", status("read")).await;
    let text = |n: u32, kind: &str, content: Value| {
        cloud.advance(Duration::from_secs(5));
        let mut text = meta.message(&wrong, &n.to_string(), kind, &content);
        text["from_user_id"] = json!(user);
        text["context"] = json!({ "from": "15550783881", "id": wamid });
        text
    };
    let mut hidden = text(3, "text", json!({ "body": "stop" }));
    hidden.as_object_mut().unwrap().remove("from");
    for message in [
        text(1, "text", json!({ "body": "من أنتم؟" })),
        text(2, "button", json!({ "payload": "Stop promotions", "text": "Stop promotions" })),
        hidden,
    ] {
        meta.tells("messages", json!({ "messages": [message] })).await;
    }
    let seen = desk.conversation(&patient).await;
    assert_eq!((&seen["unread"], &seen["consent"]), (&json!(0), &Value::Null), "{seen}");
    assert!(!is_open(&cloud, &right) && is_open(&cloud, &wrong));
    assert!(cloud.received_by(&right).await.is_empty());
    let unknown = desk.get("/api/conversations/unknown").expect(200).await;
    assert_eq!(unknown["items"].as_array().unwrap().len(), 3);
    // Whoever has the number next is told of it, and it is in the trail.
    let next = desk.adding(&queue, "نورة", &wrong).expect(201).await;
    let consent = desk.consent(&id(&next["patientId"])).await;
    assert_eq!((&consent["state"], &consent["proof"]), (&json!("opted_out"), &json!("number")));
    let about = |entry: &Value| entry["subjects"].to_string().contains("\"contact\"");
    assert_eq!(cloud.items_of("audit").iter().filter(|entry| about(entry)).count(), 1);
}

/// A person writes from a number of which nothing is known, as somebody who is: it is theirs, and says nothing of the other number.
#[tokio::test]
async fn what_comes_from_one_number_opens_no_other() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let meta = Meta::of(&desk).await;
    let ticket = desk.adding(&queue, "سارة", &phone(0)).expect(201).await;
    let mut text = meta.message(&phone(0), "1", "text", &json!({ "body": "متى دوري؟" }));
    text["from_user_id"] = json!("SA.1");
    meta.tells("messages", json!({ "messages": [text] })).await;
    cloud.advance(Duration::from_secs(30 * 3600));
    let desk = desk.renewed();
    let mut text = meta.message(&phone(1), "2", "text", &json!({ "body": "إيقاف" }));
    text["from_user_id"] = json!("SA.1");
    meta.tells("messages", json!({ "messages": [text] })).await;
    let seen = desk.conversation(&id(&ticket["patientId"])).await;
    assert_eq!((&seen["unread"], &seen["consent"]), (&json!(2), &json!("opted_out")));
    let window = |phone: String| {
        let contacts = cloud.items_of("contact").into_iter().filter(move |contact| contact["phone"]["S"] == phone);
        contacts.map(|contact| contact["last_inbound_at"]["S"].to_string()).collect::<Vec<_>>()
    };
    assert!(window(phone(0)) < window(phone(1)), "the number that they left is as it was");
    assert!(cloud.received_by(&phone(0)).await.is_empty());
}

/// A try that is known by its own id alone, after one that failed.
#[tokio::test]
async fn each_try_is_known_by_its_own_id() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let meta = Meta::of(&desk).await;
    let ticket = desk.adding(&queue, "سارة", &phone(0)).expect(201).await;
    let template = desk.template("مرحبًا").await;
    let sent = desk.sending(&template, &[id(&ticket["id"])]).expect(202).await;
    let path = format!("/api/messages/{}", id(&sent["messageIds"][0]));
    cloud.fault("no_webhooks", None, 9).await;
    cloud.settle().await;
    let shown = async || desk.get(&path).expect(200).await;
    let first = id(&shown().await["providerMessageId"]);
    let failed = json!({ "id": first, "status": "failed", "timestamp": meta.now(), "recipient_id": &phone(0)[1..],
        "errors": [{ "code": 131026, "title": "Message undeliverable" }] });
    meta.tells("messages", json!({ "statuses": [failed] })).await;
    assert_eq!(shown().await["status"], "failed");
    let task = desk.get("/api/tasks/failed").expect(200).await["items"][0]["id"].clone();
    desk.post(&format!("/api/tasks/{}/retry", id(&task)), json!({})).send().await;
    cloud.settle().await;
    let second = id(&shown().await["providerMessageId"]);
    assert_ne!(first, second);
    let read = json!({ "id": second, "status": "read", "timestamp": meta.now(), "recipient_id": &phone(0)[1..] });
    meta.tells("messages", json!({ "statuses": [read] })).await;
    assert_eq!((&shown().await["status"], id(&shown().await["providerMessageId"])), (&json!("read"), second));
}

#[tokio::test]
async fn of_more_people_than_are_told_a_wish_is_their_numbers() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let meta = Meta::of(&desk).await;
    let mut patients = Vec::new();
    for n in 0..52 {
        patients.push(id(&desk.adding(&queue, &format!("طالب {n}"), &phone(0)).expect(201).await["patientId"]));
    }
    meta.text(&phone(0), "1", "إيقاف").await;
    let template = desk.template("مرحبًا").await;
    let body = json!({ "templateId": template, "patientIds": patients });
    let sent = desk.post("/api/messages/send", body).expect(202).await;
    assert_eq!((&sent["queued"], sent["skipped"].as_array().unwrap().len()), (&json!(0), 52));
}

#[tokio::test]
async fn an_answer_and_a_status_are_known_by_the_message_that_they_name() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let meta = Meta::of(&desk).await;
    let ticket = desk.adding(&queue, "سارة", "0501234567").expect(201).await;
    let template = desk.template("مرحبًا").await;
    cloud.fault("no_webhooks", None, 1).await;
    let sent = desk.sending(&template, &[id(&ticket["id"])]).expect(202).await;
    cloud.settle().await;
    let message = async || desk.get(&format!("/api/messages/{}", id(&sent["messageIds"][0]))).expect(200).await;
    let wamid = id(&message().await["providerMessageId"]);
    let status = json!({ "id": wamid, "status": "read", "timestamp": meta.now(), "recipient_id": "966501234567" });
    meta.tells("messages", json!({ "statuses": [status] })).await;
    assert_eq!(message().await["status"], "read", "what we said is not repeated");
    // Somebody answers it whom WhatsApp calls otherwise, of which nothing was known.
    let mut answer = meta.message("447700900123", "1", "text", &json!({ "body": "إيقاف" }));
    answer["context"] = json!({ "from": "15550783881", "id": wamid });
    meta.tells("messages", json!({ "messages": [answer] })).await;
    let consent = desk.consent(&id(&ticket["patientId"])).await;
    assert_eq!(consent["state"], "opted_out");
    cloud.advance(Duration::from_secs(5));
    meta.text("447700900123", "2", "اشتراك").await;
    let consent = desk.consent(&id(&ticket["patientId"])).await;
    assert_eq!(consent["state"], "opted_in", "from then on they are known");
}

/// A provider that repeats what was not taken, workers that die at any request: each patient has each message once, it counts
/// once, and a wish is confirmed once.
#[tokio::test]
async fn whatever_breaks_each_message_is_heard_once() {
    for seed in 0..3 {
        let faults = Faults::new(seed);
        let between = Some(faults.between());
        let cloud = TestCloud::with(TestOptions { seed, between, ..TestOptions::default() }).await;
        let desk = Desk::open(&cloud, "al-shifa").await;
        let queue = desk.queue("د. ليلى").await;
        let mut patients = Vec::new();
        for name in ["أم محمد", "محمد"] {
            patients.push(id(&desk.adding(&queue, name, &phone(0)).expect(201).await["patientId"]));
        }
        let meta = Meta::of(&desk).await;
        cloud.reply(&desk.clinic, &phone(0), "أهلًا").await;
        cloud.settle().await;
        faults.set(Rates { lost: 40, unanswered: 40, killed: 30 });
        for (text, n) in ["إيقاف", "متى؟", "اشتراك", "شكرًا"].into_iter().zip(0..) {
            cloud.advance(Duration::from_secs(2));
            let message = meta.message(&phone(0), &n.to_string(), "text", &json!({ "body": text }));
            let call = meta.signed(meta.body(&[meta.change("messages", json!({ "messages": [message] }))]));
            loop {
                let answer = faults.invocation(call.clone().send()).await;
                if answer.is_some_and(|answer| answer.status == 200) {
                    break;
                }
            }
        }
        for _ in 0..3 {
            while faults.invocation(cloud.inner().relay()).await.is_none_or(|relayed| relayed.unwrap() > 0) {}
            loop {
                let jobs = cloud.receive(Queue::Callbacks, None).await;
                if jobs.is_empty() {
                    break;
                }
                faults.invocation(cloud.inner().deliver(Queue::Callbacks, &jobs)).await;
            }
            cloud.advance(Duration::from_secs(100));
        }
        faults.set(Rates::default());
        cloud.pass(Duration::from_secs(10 * 60)).await;
        let desk = desk.renewed();
        for patient in &patients {
            let seen = desk.conversation(patient).await;
            assert_eq!((&seen["unread"], seen["items"].as_array().unwrap().len()), (&json!(5), 5), "seed {seed}");
            assert_eq!(seen["consent"], "opted_in", "seed {seed}");
        }
        // A wish that comes after the one that replaced it changes nothing any more.
        let told: Vec<String> = cloud.received_by(&phone(0)).await.into_iter().map(|received| received.text).collect();
        assert!((1..=2).contains(&told.len()), "seed {seed}: {told:?}");
        assert!(told.last().unwrap().contains("من جديد"), "seed {seed}: {told:?}");
    }
}

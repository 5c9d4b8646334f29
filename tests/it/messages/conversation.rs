//! `/api/patients/{patientId}/conversation` and `/api/conversations/unknown`: what people write is kept and seen.

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use super::meta::Meta;
use crate::{
    desk::{Desk, phone},
    world::id,
};

async fn conversation(desk: &Desk<'_>, patient: &str) -> Value {
    desk.get(&format!("/api/patients/{patient}/conversation")).expect(200).await
}

fn said(conversation: &Value) -> Vec<(String, String)> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let items = conversation["items"].as_array().unwrap();
    items.iter().map(|item| (text(item, "direction"), text(item, "text"))).collect()
}

#[tokio::test]
async fn both_directions_stand_in_their_order_with_ticks_and_what_is_unread() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let meta = Meta::of(&desk).await;
    let queue = desk.queue("د. ليلى").await;
    let ticket = desk.adding(&queue, "سارة", &phone(0)).expect(201).await;
    let patient = id(&ticket["patientId"]);
    assert_eq!(conversation(&desk, &patient).await["items"], json!([]));
    let template = desk.template("دورك قريب").await;
    desk.sending(&template, &[id(&ticket["id"])]).expect(202).await;
    cloud.settle().await;
    cloud.advance(Duration::from_secs(60));
    meta.text(&phone(0), "1", "شكرًا").await;
    cloud.advance(Duration::from_secs(60));
    let picture =
        meta.message(&phone(0), "2", "image", &json!({ "id": "m", "mime_type": "image/jpeg", "caption": "الوصفة" }));
    meta.tells("messages", json!({ "messages": [picture] })).await;
    meta.tells("messages", json!({ "messages": [picture] })).await;
    let seen = conversation(&desk, &patient).await;
    let expected = [("in", "الوصفة"), ("in", "شكرًا"), ("out", "دورك قريب")];
    assert_eq!(said(&seen), expected.map(|(direction, text)| (direction.to_owned(), text.to_owned())));
    let items = &seen["items"];
    assert_eq!((&items[0]["kind"], &items[0]["mediaType"]), (&json!("image"), &json!("image/jpeg")));
    assert_eq!((&items[2]["status"], items[2]["readAt"].is_string()), (&json!("read"), true));
    assert_eq!((&seen["unread"], &items[0]["sharedNumber"]), (&json!(2), &json!(false)));

    let line = format!("/api/queues/{queue}/patients?pageSize=9");
    assert_eq!(desk.all(&line).await[0]["unreadMessages"], 2);
    let read = format!("/api/patients/{patient}/conversation/read");
    desk.post(&read, json!({ "upTo": items[1]["inboundId"] })).expect(204).await;
    assert_eq!(conversation(&desk, &patient).await["unread"], 1, "what came later was not seen");
    assert_eq!(desk.all(&line).await[0]["unreadMessages"], 1);
    cloud.post(&read).as_(&desk.person).expect(204).await;
    assert_eq!(conversation(&desk, &patient).await["unread"], 0);
    assert_eq!(desk.all(&line).await[0]["unreadMessages"], 0);
    desk.post(&read, json!({ "upTo": "inb_x", "answered": "no" })).expect_errors(422).await;

    // Page by page.
    let path = format!("/api/patients/{patient}/conversation?pageSize=2");
    let first = desk.get(&path).expect(200).await;
    let next = desk.get(&format!("{path}&page={}", first["nextPage"].as_str().unwrap())).expect(200).await;
    assert_eq!((said(&first).len(), said(&next).len()), (2, 1));
}

#[tokio::test]
async fn who_shares_a_number_has_what_comes_from_it_and_strangers_are_listed() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let meta = Meta::of(&desk).await;
    let queue = desk.queue("د. ليلى").await;
    let mut patients = Vec::new();
    for name in ["أم محمد", "محمد", "لمى"] {
        patients.push(id(&desk.adding(&queue, name, &phone(0)).expect(201).await["patientId"]));
    }
    meta.text(&phone(0), "1", "متى دور محمد؟").await;
    for patient in &patients {
        let seen = conversation(&desk, patient).await;
        assert_eq!((&seen["unread"], &seen["items"][0]["sharedNumber"]), (&json!(1), &json!(true)));
    }
    meta.text(&phone(7), "2", "هل لديكم موعد؟").await;
    let user = json!({ "from_user_id": "SA.777", "id": "wamid.3", "timestamp": meta.now(), "type": "text",
        "text": { "body": "أنا بلا رقم" } });
    meta.tells("messages", json!({ "messages": [user] })).await;
    let unknown = desk.get("/api/conversations/unknown").expect(200).await;
    let mut texts: Vec<_> = said(&unknown).into_iter().map(|(_, text)| text).collect();
    texts.sort();
    assert_eq!(texts, ["أنا بلا رقم", "هل لديكم موعد؟"]);
    // Numbers are masked for whoever may not see them; texts are for those who read messages.
    let member = desk.with(cloud.member(&desk.clinic, Role::User).await);
    for list in ["/api/conversations/unknown".to_owned(), format!("/api/patients/{}/conversation", patients[0])] {
        let text = member.get(&list).expect(200).await.to_string();
        assert!(!text.contains(&phone(0)) && !text.contains(&phone(7)) && text.contains('•'), "{text}");
        let nurse = desk.with(cloud.member(&desk.clinic, Role::Nurse).await);
        nurse.get(&list).expect_errors(403).await;
    }
    let other = Desk::open(&cloud, "al-noor").await;
    assert_eq!(other.get("/api/conversations/unknown").expect(200).await["items"], json!([]));
    other.get(&format!("/api/patients/{}/conversation", patients[0])).expect_errors(404).await;
}

#[tokio::test]
async fn a_number_that_changed_is_something_for_staff() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let meta = Meta::of(&desk).await;
    let queue = desk.queue("د. ليلى").await;
    let ticket = desk.adding(&queue, "سارة", &phone(0)).expect(201).await;
    let patient = id(&ticket["patientId"]);
    let text = format!("User سارة changed from {} to {}", &phone(0)[1..], &phone(9)[1..]);
    let moved = json!({ "body": text, "wa_id": &phone(9)[1..], "type": "user_changed_number" });
    let moved = meta.message(&phone(0), "1", "system", &moved);
    meta.tells("messages", json!({ "messages": [moved] })).await;
    let seen = conversation(&desk, &patient).await;
    assert_eq!((&seen["numberChanged"], &seen["unread"]), (&json!(true), &json!(1)));
    assert_eq!(
        (&seen["items"][0]["kind"], &seen["items"][0]["newPhoneNumber"]),
        (&json!("number_changed"), &json!(phone(9)))
    );
    let record = desk.get(&format!("/api/patients/{patient}")).expect(200).await;
    assert_eq!(record["phoneNumber"], phone(0), "nothing is moved by itself");
    let line = desk.all(&format!("/api/queues/{queue}/patients?pageSize=9")).await;
    assert_eq!(line[0]["needsAnswer"], true);
    let member = desk.with(cloud.member(&desk.clinic, Role::User).await);
    let masked = conversation(&member, &patient).await.to_string();
    assert!(!masked.contains(&phone(9)[4..]) && !masked.contains(&phone(0)[4..]), "{masked}");
    desk.post(&format!("/api/patients/{patient}/conversation/read"), json!({ "answered": true })).expect(204).await;
    assert_eq!(conversation(&desk, &patient).await["numberChanged"], false);
}

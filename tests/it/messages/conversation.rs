//! `/api/patients/{patientId}/conversation` and `/api/conversations/unknown`: what people write is kept and seen.

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::{Call, Faults, TestCloud, TestOptions};
use serde_json::{Value, json};

use super::meta::Meta;
use crate::{
    desk::{Desk, phone},
    world::id,
};

/// A clinic whose one patient waits, and Meta.
struct Scene<'a> {
    desk: Desk<'a>,
    meta: Meta<'a>,
    ticket: Value,
    /// The patient's id.
    patient: String,
}

impl<'a> Scene<'a> {
    async fn new(cloud: &'a TestCloud) -> Self {
        let desk = Desk::open(cloud, "al-shifa").await;
        let meta = Meta::of(&desk).await;
        let queue = desk.queue("د. ليلى").await;
        let ticket = desk.adding(&queue, "سارة", &phone(0)).expect(201).await;
        let patient = id(&ticket["patientId"]);
        Self { desk, meta, ticket, patient }
    }

    /// How much the ticket shows that nobody has read, and whether it asks for an answer.
    async fn mark(&self, ticket: &Value) -> (Value, Value) {
        let ticket = self.desk.ticket(ticket).await;
        (ticket["unreadMessages"].clone(), ticket["needsAnswer"].clone())
    }
}

fn said(conversation: &Value) -> Vec<(String, String)> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let items = conversation["items"].as_array().unwrap();
    items.iter().map(|item| (text(item, "direction"), text(item, "text"))).collect()
}

#[tokio::test]
async fn both_directions_stand_in_their_order_with_ticks_and_what_is_unread() {
    let cloud = TestCloud::start().await;
    let Scene { desk, meta, ticket, patient } = Scene::new(&cloud).await;
    assert_eq!(desk.conversation(&patient).await["items"], json!([]));
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
    let seen = desk.conversation(&patient).await;
    let expected = [("in", "الوصفة"), ("in", "شكرًا"), ("out", "دورك قريب")];
    assert_eq!(said(&seen), expected.map(|(direction, text)| (direction.to_owned(), text.to_owned())));
    let items = &seen["items"];
    assert_eq!((&items[0]["kind"], &items[0]["mediaType"]), (&json!("image"), &json!("image/jpeg")));
    assert_eq!((&items[2]["status"], items[2]["readAt"].is_string()), (&json!("read"), true));
    assert_eq!((&seen["unread"], &items[0]["sharedNumber"]), (&json!(2), &json!(false)));

    assert_eq!(desk.ticket(&ticket).await["unreadMessages"], 2);
    let read = format!("/api/patients/{patient}/conversation/read");
    desk.post(&read, json!({ "upTo": items[1]["inboundId"] })).expect(204).await;
    assert_eq!(desk.conversation(&patient).await["unread"], 1, "what came later was not seen");
    assert_eq!(desk.ticket(&ticket).await["unreadMessages"], 1);
    cloud.post(&read).as_(&desk.person).expect(204).await;
    assert_eq!(desk.conversation(&patient).await["unread"], 0);
    assert_eq!(desk.ticket(&ticket).await["unreadMessages"], 0);
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
        let seen = desk.conversation(patient).await;
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
    let Scene { desk, meta, ticket, patient } = Scene::new(&cloud).await;
    let text = format!("User سارة changed from {} to {}", &phone(0)[1..], &phone(9)[1..]);
    let moved = json!({ "body": text, "wa_id": &phone(9)[1..], "type": "user_changed_number" });
    let moved = meta.message(&phone(0), "1", "system", &moved);
    meta.tells("messages", json!({ "messages": [moved] })).await;
    let seen = desk.conversation(&patient).await;
    assert_eq!((&seen["numberChanged"], &seen["unread"]), (&json!(true), &json!(1)));
    assert_eq!(
        (&seen["items"][0]["kind"], &seen["items"][0]["newPhoneNumber"]),
        (&json!("number_changed"), &json!(phone(9)))
    );
    let record = desk.get(&format!("/api/patients/{patient}")).expect(200).await;
    assert_eq!(record["phoneNumber"], phone(0), "nothing is moved by itself");
    assert_eq!(desk.ticket(&ticket).await["needsAnswer"], true);
    let member = desk.with(cloud.member(&desk.clinic, Role::User).await);
    let masked = member.conversation(&patient).await.to_string();
    assert!(!masked.contains(&phone(9)[4..]) && !masked.contains(&phone(0)[4..]), "{masked}");
    desk.post(&format!("/api/patients/{patient}/conversation/read"), json!({ "answered": true })).expect(204).await;
    assert_eq!(desk.conversation(&patient).await["numberChanged"], false);
}

#[tokio::test]
async fn a_ticket_takes_over_what_is_unread_when_it_opens() {
    let cloud = TestCloud::start().await;
    let scene = Scene::new(&cloud).await;
    let Scene { desk, meta, ticket, patient } = &scene;
    let again = async |queue: &str| desk.adding(queue, "سارة", &phone(0)).expect(201).await;
    for (n, text) in ["متى دوري؟", "أين العيادة؟", "إلغاء"].into_iter().enumerate() {
        meta.text(&phone(0), &n.to_string(), text).await;
    }
    let second = again(&desk.queue("د. سلمى").await).await;
    assert_eq!((&second["unreadMessages"], &second["needsAnswer"]), (&json!(3), &json!(true)));
    // One that is imported, too; somebody new has nothing.
    let queue = desk.queue("د. هدى").await;
    let list = json!({ "patients": [
        { "fullName": "سارة", "phoneNumber": phone(0) }, { "fullName": "علي", "phoneNumber": phone(1) },
    ] });
    desk.post(&format!("/api/queues/{queue}/patients/bulk"), list).expect(201).await;
    let line = desk.line(&queue).await;
    assert_eq!(scene.mark(&line[0]).await, (json!(3), json!(true)));
    assert_eq!(scene.mark(&line[1]).await, (json!(0), json!(false)));
    meta.text(&phone(0), "4", "هل من أحد؟").await;
    for ticket in [ticket, &second, &line[0]] {
        assert_eq!(scene.mark(ticket).await, (json!(4), json!(true)));
    }
    // A ticket that is over when they are read is not told, and what comes then is not said to it.
    desk.delete(&format!("/api/tickets/{}", id(&second["id"]))).expect(204).await;
    desk.post(&format!("/api/patients/{patient}/conversation/read"), json!({ "answered": true })).expect(204).await;
    meta.text(&phone(0), "5", "شكرًا").await;
    let path = format!("/api/tickets/{}", id(&second["id"]));
    let back = desk.put(&path, json!({ "status": "waiting" })).expect(200).await;
    assert_eq!((&back["unreadMessages"], &back["needsAnswer"]), (&json!(1), &json!(false)));
    assert_eq!(scene.mark(&second).await, (json!(1), json!(false)));
}

#[tokio::test]
async fn a_number_that_changed_before_is_marked_at_a_new_ticket() {
    let cloud = TestCloud::start().await;
    let scene = Scene::new(&cloud).await;
    let Scene { desk, meta, .. } = &scene;
    let moved = json!({ "body": "changed", "wa_id": &phone(9)[1..], "type": "user_changed_number" });
    let moved = meta.message(&phone(0), "1", "system", &moved);
    meta.tells("messages", json!({ "messages": [moved] })).await;
    let second = desk.adding(&desk.queue("د. سلمى").await, "سارة", &phone(0)).expect(201).await;
    assert_eq!(scene.mark(&second).await, (json!(1), json!(true)));
}

/// The requests that open a ticket of a patient who was known: a new one, one of a list, one that is put back.
fn opening<'a>(desk: &Desk<'a>, how: usize, queue: &str, closed: &str) -> Call<'a> {
    let person = json!({ "fullName": "سارة", "phoneNumber": phone(0) });
    match how {
        0 => desk.post(&format!("/api/queues/{queue}/patients"), person),
        1 => desk.post(&format!("/api/queues/{queue}/patients/bulk"), json!({ "patients": [person] })),
        _ => desk.put(&format!("/api/tickets/{closed}"), json!({ "status": "waiting" })),
    }
}

/// Of a ticket that opens and something that happens to the conversation at the same moment, one comes again.
#[tokio::test]
async fn a_ticket_that_opens_while_its_patient_writes_or_is_read_is_right() {
    for how in 0..3 {
        for (has_written, is_read) in [(false, false), (true, false), (true, true)] {
            let faults = Faults::new(0);
            let options = TestOptions { between: Some(faults.between()), ..TestOptions::default() };
            let cloud = TestCloud::with(options).await;
            let scene = Scene::new(&cloud).await;
            let Scene { desk, meta, ticket, patient } = &scene;
            if has_written {
                meta.text(&phone(0), "1", "متى دوري؟").await;
            }
            let closed = id(&ticket["id"]);
            desk.delete(&format!("/api/tickets/{closed}")).expect(204).await;
            let queue = if how == 2 { id(&ticket["queueId"]) } else { desk.queue("د. سلمى").await };
            let read = format!("/api/patients/{patient}/conversation/read");
            let open = opening(desk, how, &queue, &closed);
            // A list without a key notes its beginning first.
            let before = u32::from(how == 1);
            if is_read {
                // The read has read the conversation when the ticket opens.
                let read = desk.post(&read, json!({})).send();
                assert_eq!(faults.before_commit(0, read, open.send()).await.status, 204);
            } else {
                let opened = faults.before_commit(before, open.send(), meta.text(&phone(0), "2", "وصلت")).await;
                assert!(opened.status < 300, "{}", opened.text);
            }
            let seen = desk.conversation(patient).await;
            assert_eq!(seen["unread"], if is_read { 0 } else { 1 + u32::from(has_written) });
            let ticket = desk.line(&queue).await.remove(0);
            assert_eq!(ticket["unreadMessages"], seen["unread"], "{how} {has_written} {is_read}");
        }
    }
}

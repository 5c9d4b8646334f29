//! `GET /api/audit`, `GET /api/audit/export`

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What was done, but for the one thing that the one-machine cloud does for a new clinic at the moment of its sign-up.
fn actions(entries: &[Value]) -> Vec<&str> {
    let all = entries.iter().map(|entry| entry["action"].as_str().unwrap());
    all.filter(|action| *action != "set_whatsapp").collect()
}

#[tokio::test]
async fn the_trail_tells_who_did_what_the_newest_first() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let manager = desk.with(cloud.member(&desk.clinic, Role::SecondaryAdmin).await);
    cloud.advance(Duration::from_millis(1));
    let queue = manager.queue("د. ليلى").await;
    cloud.advance(Duration::from_millis(1));
    let change = json!({ "doctorName": "د. ليلى حسن" });
    manager.put(&format!("/api/queues/{queue}"), change).header("x-correlation-id", "ours-7").expect(200).await;
    let entries = desk.all("/api/audit").await;
    assert_eq!(actions(&entries), ["update_queue", "create_queue", "sign_up"]);
    let newest = &entries[0];
    assert_eq!(newest["actor"]["memberId"], manager.person.id.to_string());
    assert_eq!(newest["actor"]["name"], "عضو العيادة");
    assert_eq!(newest["support"], false);
    assert_eq!(newest["correlationId"], "ours-7");
    assert_eq!(newest["address"], "192.0.2.1");
    assert_eq!(newest["subjects"][0]["id"], queue.as_str());
    assert_eq!(newest["subjects"][0]["fields"], json!(["doctor_name"]));
    assert!(!newest.to_string().contains("ليلى"), "no value is told");
    let other = Desk::open(&cloud, "al-noor").await;
    assert_eq!(actions(&other.all("/api/audit").await), ["sign_up"]);
}

#[tokio::test]
async fn the_trail_is_asked_by_thing_kind_person_action_and_time() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    // Entries of one millisecond stand in any order.
    cloud.advance(Duration::from_millis(1));
    let (first, second) = (desk.queue("د. ليلى").await, desk.queue("د. هند").await);
    // Over the end of two months, one of them empty.
    cloud.advance(70 * DAY);
    let desk = desk.renewed();
    let later = cloud.clock().now();
    desk.put(&format!("/api/queues/{first}"), json!({ "doctorName": "د. ليلى حسن" })).expect(200).await;
    cloud.settle().await;
    let asked = async |query: &str| {
        let entries = desk.all(&format!("/api/audit?{query}")).await;
        actions(&entries).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(asked("").await, ["update_queue", "create_queue", "create_queue", "sign_up"]);
    assert_eq!(asked(&format!("entity={first}")).await, ["update_queue", "create_queue"]);
    assert_eq!(asked(&format!("entity={second}")).await, ["create_queue"]);
    assert_eq!(asked(&format!("entity={first}&action=create_queue&pageSize=1")).await, ["create_queue"]);
    assert_eq!(asked("entity=queue").await, ["update_queue", "create_queue", "create_queue"]);
    assert_eq!(asked("entity=tenant").await, ["sign_up"]);
    assert_eq!(asked("action=update_queue").await, ["update_queue"]);
    assert_eq!(asked(&format!("from={later}")).await, ["update_queue"]);
    assert_eq!(asked(&format!("to={later}")).await, ["create_queue", "create_queue", "sign_up"]);
    assert_eq!(asked(&format!("entity={first}&to={later}")).await, ["create_queue"]);
    assert_eq!(asked(&format!("actor={}", desk.person.id)).await.len(), 4);
    assert_eq!(asked(&format!("actor={}", "elv_00000000000000000000000000")).await.len(), 0);
    desk.get(&format!("/api/audit?from={later}&to={later}")).expect_errors(422).await;
    let wrong = desk.get("/api/audit?actor=sara&entity=%23&from=today").expect_errors(422).await;
    assert_eq!(wrong.len(), 3);
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat() {
    let cloud = TestCloud::start().await;
    let mut desk = Desk::open(&cloud, "al-shifa").await;
    for n in 0..5 {
        for m in 0..n {
            desk.queue(&format!("د. {n} {m}")).await;
        }
        cloud.advance(31 * DAY);
        desk = desk.renewed();
    }
    let whole: Vec<String> = desk.all("/api/audit?pageSize=200").await.iter().map(|entry| id(&entry["id"])).collect();
    assert_eq!(whole.len(), 12);
    for size in 1..=13 {
        let paged = desk.all(&format!("/api/audit?pageSize={size}")).await;
        assert_eq!(paged.iter().map(|entry| id(&entry["id"])).collect::<Vec<_>>(), whole, "{size} at a time");
        let queues = desk.all(&format!("/api/audit?pageSize={size}&entity=queue")).await;
        assert_eq!(queues.len(), 10, "{size} at a time");
    }
}

#[tokio::test]
async fn a_patients_readers_are_found_and_exported() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let patient = json!({ "fullName": "محمد الغامدي", "phoneNumber": "0501234567" });
    let queue = desk.queue("د. ليلى").await;
    let ticket = desk.post(&format!("/api/queues/{queue}/patients"), patient).expect(201).await;
    let patient = id(&ticket["patientId"]);
    desk.get(&format!("/api/patients/{patient}")).expect(200).await;
    cloud.settle().await;
    let entries = desk.all(&format!("/api/audit?entity={patient}")).await;
    assert!(entries.iter().any(|entry| entry["action"] == "get_patient"), "{entries:?}");
    let export = desk.get(&format!("/api/audit/export?entity={patient}")).send_expecting(200).await;
    assert_eq!(export.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(export.header("x-next-page"), "");
    assert!(export.text.starts_with("\u{FEFF}at,actor,name,"), "{}", export.text);
    let read = export.text.lines().find(|line| line.contains("get_patient")).unwrap();
    assert!(read.contains("سارة الأحمد") && read.contains(",patient,") && read.contains(",read,"), "{read}");
    assert!(!export.text.contains("الغامدي"));
}

#[tokio::test]
async fn a_list_that_is_polled_is_noted_once_in_a_quarter_of_an_hour() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let (line, noted) = (format!("/api/queues/{queue}/patients"), async || {
        desk.all(&format!("/api/audit?entity=queue&action=list_tickets&actor={}", desk.person.id)).await
    });
    for _ in 0..5 {
        desk.get(&line).expect(200).await;
    }
    let entries = noted().await;
    assert_eq!((entries.len(), &entries[0]["subjects"][0]["effect"]), (1, &json!("read")));
    let (_, cost) = (desk.get(&line).expect(200).await, cloud.cost(desk.get(&line).expect(200)).await.0);
    assert_eq!(cost.trips, 1, "what is noted costs nothing");
    let other = desk.with(cloud.member(&desk.clinic, Role::Receptionist).await);
    other.get(&line).expect(200).await;
    assert_eq!(desk.all("/api/audit?action=list_tickets").await.len(), 2);
    cloud.advance(Duration::from_secs(14 * 60 + 59));
    cloud.advance(Duration::from_secs(1));
    desk.renewed().get(&line).expect(200).await;
    assert_eq!(desk.renewed().all("/api/audit?action=list_tickets").await.len(), 3);
}

#[tokio::test]
async fn what_a_page_asks_for_again_and_again_of_a_patient_is_noted_once_in_a_quarter_of_an_hour() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let ticket = desk.adding(&queue, "سارة الأحمد", "0501234567").expect(201).await;
    let other = desk.adding(&queue, "ريم الأحمد", "0507654321").expect(201).await;
    let template = desk.template("نص").await;
    desk.sending(&template, &[id(&ticket["id"])]).expect(202).await;
    cloud.settle().await;
    let message = id(&desk.all("/api/messages").await[0]["id"]);
    let of = |patient: &Value| format!("/api/patients/{}", id(&patient["patientId"]));
    for (action, path) in [
        ("get_conversation", format!("{}/conversation", of(&ticket))),
        ("list_patient_messages", format!("{}/messages", of(&ticket))),
        ("list_patient_tickets", format!("{}/tickets", of(&ticket))),
        ("get_message", format!("/api/messages/{message}")),
    ] {
        for _ in 0..3 {
            desk.get(&path).expect(200).await;
        }
        let noted = desk.all(&format!("/api/audit?action={action}")).await;
        assert_eq!(noted.len(), 1, "{action}");
        assert_eq!(noted[0]["subjects"], json!([{ "kind": "patient", "id": ticket["patientId"], "effect": "read" }]));
    }
    // Another patient's is another reading.
    desk.get(&format!("{}/conversation", of(&other))).expect(200).await;
    assert_eq!(desk.all("/api/audit?action=get_conversation").await.len(), 2);
}

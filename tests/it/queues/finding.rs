//! `GET /api/queues/{queueId}/patients?search=`, `GET /api/tickets/{ticketId}`, `GET /api/patients/{patientId}/tickets`

use std::time::Duration;

use dawr_api::role::{Coverage, Role};
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    world::{id, missing_like},
};

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn numbers(desk: &Desk<'_>, queue: &str, search: &str) -> Vec<u64> {
    let found = desk.all(&format!("/api/queues/{queue}/patients?search={}", encoded(search))).await;
    found.iter().map(|ticket| ticket["ticketNumber"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_ticket_is_found_by_name_number_and_the_end_of_the_phone() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    for (name, phone) in [
        ("أحمد الغامدي", "0501230001"),
        ("فاطمة الزهراء", "0501230015"),
        ("سارة أحمد", "0501230015"),
        ("نورة", "0507770003"),
    ] {
        desk.adding(&queue, name, phone).expect(201).await;
    }
    for (search, expected) in [
        ("احمد", vec![1, 3]),
        ("فاطمه زهر", vec![2]),
        ("حمد", vec![]),
        ("٢", vec![2]),
        ("#4", vec![4]),
        ("3", vec![3]),
        ("0015", vec![2, 3]),
        ("٠١٥", vec![2, 3]),
        ("003", vec![3, 4]),
        // Two digits are many people's, and five could be guessed one by one.
        ("15", vec![]),
        ("30015", vec![]),
        ("0501230015", vec![2, 3]),
        ("+966 50 123 0015", vec![2, 3]),
        ("9", vec![]),
        ("لا أحد", vec![]),
    ] {
        assert_eq!(numbers(&desk, &queue, search).await, expected, "{search}");
    }
    desk.get(&format!("/api/queues/{queue}/patients?search=")).expect_errors(422).await;
}

#[tokio::test]
async fn who_is_found_stands_where_they_stand_in_the_line() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    for n in 0..9 {
        let name = if n % 3 == 2 { "سعاد" } else { "محمد" };
        desk.adding(&queue, name, &format!("05012300{n:02}")).expect(201).await;
    }
    desk.post(&format!("/api/queues/{queue}/call-next"), json!({})).expect(200).await;
    let line = desk.line(&queue).await;
    let suad: Vec<&Value> = line.iter().filter(|ticket| ticket["fullName"] == "سعاد").collect();
    let list = format!("/api/queues/{queue}/patients?search={}", encoded("سعاد"));
    for pages in ["", "&pageSize=1", "&pageSize=2", "&status=waiting", "&status=waiting&pageSize=2"] {
        let found = desk.all(&format!("{list}{pages}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), suad, "{pages}");
    }
    for ticket in &line {
        let one = desk.get(&format!("/api/tickets/{}", id(&ticket["id"]))).expect(200).await;
        assert_eq!(one["position"], ticket["position"]);
        assert_eq!(one["status"], ticket["status"]);
    }
    let last = id(&line[8]["id"]);
    desk.delete(&format!("/api/tickets/{last}")).expect(204).await;
    let over = desk.all(&format!("{list}&status=cancelled")).await;
    assert_eq!(over.iter().map(|ticket| id(&ticket["id"])).collect::<Vec<_>>(), [last.as_str()]);
    assert_eq!(desk.get(&format!("/api/tickets/{last}")).expect(200).await["position"], Value::Null);
    let errors = desk.get(&format!("/api/tickets/{}", missing_like(&last))).expect_errors(404).await;
    assert_eq!(errors[0].0, "NotFound");
}

#[tokio::test]
async fn a_patients_tickets_are_listed_over_all_queues_the_newest_first() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let (mut tickets, mut patient) = (Vec::new(), String::new());
    for n in 0..5 {
        cloud.advance(Duration::from_secs(60));
        let queue = desk.queue(&format!("د. {n}")).await;
        desk.adding(&queue, "سعاد", "0509990000").expect(201).await;
        let ticket = desk.adding(&queue, "محمد", "0501234567").expect(201).await;
        patient = id(&ticket["patientId"]);
        tickets.insert(0, (id(&ticket["id"]), queue, n));
    }
    let (last, queue, _) = tickets[0].clone();
    desk.put(&format!("/api/tickets/{last}"), json!({ "status": "called", "room": "3" })).expect(200).await;
    desk.put(&format!("/api/tickets/{last}"), json!({ "status": "served" })).expect(200).await;
    for ticket in desk.line(&queue).await.iter().filter(|ticket| ticket["status"] == "waiting") {
        desk.delete(&format!("/api/tickets/{}", id(&ticket["id"]))).expect(204).await;
    }
    desk.delete(&format!("/api/queues/{queue}")).expect(204).await;
    let list = format!("/api/patients/{patient}/tickets");
    for pages in ["?pageSize=200", "?pageSize=2", "?pageSize=5"] {
        let listed = desk.all(&format!("{list}{pages}")).await;
        let ids: Vec<String> = listed.iter().map(|ticket| id(&ticket["id"])).collect();
        assert_eq!(ids, tickets.iter().map(|(id, ..)| id.clone()).collect::<Vec<_>>(), "{pages}");
        for (ticket, (_, queue, n)) in listed.iter().zip(&tickets) {
            assert_eq!((&ticket["queueId"], &ticket["doctorName"]), (&json!(queue), &json!(format!("د. {n}"))));
            assert_eq!((&ticket["ticketNumber"], &ticket["queueDeleted"]), (&json!(2), &json!(*n == 4)));
        }
        assert_eq!((&listed[0]["status"], &listed[0]["room"]), (&json!("served"), &json!("3")));
        assert!(listed[0]["finishedAt"].is_string() && listed[1].get("finishedAt").is_none());
    }
    desk.get(&format!("/api/patients/{}/tickets", missing_like(&patient))).expect_errors(404).await;
    let stranger = Desk::open(&cloud, "al-noor").await;
    stranger.get(&list).expect_errors(404).await;
}

#[tokio::test]
async fn members_of_a_branch_see_its_tickets_alone_on_full_pages() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let branch = json!({ "name": "فرع العليا", "slug": "olaya" });
    let branch = id(&desk.post("/api/clinics", branch).expect(201).await["id"]);
    let (mut there, mut patient) = (Vec::new(), String::new());
    for n in 0..8 {
        cloud.advance(Duration::from_secs(60));
        let mut queue = json!({ "doctorName": format!("د. {n}") });
        if n % 2 == 0 {
            queue["clinicId"] = json!(branch);
        }
        let queue = id(&desk.post("/api/queues", queue).expect(201).await["id"]);
        let ticket = desk.adding(&queue, "محمد", "0501234567").expect(201).await;
        patient = id(&ticket["patientId"]);
        if n % 2 == 0 {
            there.insert(0, id(&ticket["id"]));
        }
    }
    let only = |clinics: Vec<&str>| Coverage::Only(clinics.iter().map(|clinic| clinic.parse().unwrap()).collect());
    let member = desk.with(cloud.member_in(&desk.clinic, Role::Doctor, only(vec![&branch])).await);
    let list = format!("/api/patients/{patient}/tickets?pageSize=3");
    let first = member.get(&list).expect(200).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 3, "what is elsewhere leaves no gap");
    let ids: Vec<String> = member.all(&list).await.iter().map(|ticket| id(&ticket["id"])).collect();
    assert_eq!(ids, there);
    let nowhere = desk.with(cloud.member_in(&desk.clinic, Role::Doctor, only(Vec::new())).await);
    assert!(nowhere.all(&list).await.is_empty());
    assert_eq!(desk.all(&list).await.len(), 8);
}

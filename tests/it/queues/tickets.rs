//! `/api/queues/{queueId}/patients` and `/api/tickets`

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

#[tokio::test]
async fn a_patient_gets_a_number_and_a_place() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.adding(&queue, "نورة", "0507654321").expect(201).await;
    let body = json!({
        "fullName": "  محمد   الغامدي ", "phoneNumber": "٠٥٠ ١٢٣ ٤٥٦٧", "localId": "A-7", "nationalId": "1012345678",
        "metadata": { "التأمين": "بوبا" },
    });
    let ticket = desk.post(&format!("/api/queues/{queue}/patients"), body).expect(201).await;
    insta::assert_json_snapshot!(ticket, { ".id" => "[ticket]", ".patientId" => "[patient]", ".queueId" => "[queue]" });
    let patient = desk.get(&format!("/api/patients/{}", id(&ticket["patientId"]))).expect(200).await;
    insta::assert_json_snapshot!(patient, { ".id" => "[patient]" });
}

#[tokio::test]
async fn who_is_known_is_found_and_who_is_not_gets_a_record() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let add = async |body: Value| {
        let queue = desk.queue("د. ليلى").await;
        id(&desk.post(&format!("/api/queues/{queue}/patients"), body).expect(201).await["patientId"])
    };
    let first = add(json!({ "fullName": "محمد الغامدي", "phoneNumber": "0501234567", "localId": "A-7" })).await;
    for same in [
        json!({ "fullName": "محمد الغامدى", "phoneNumber": "+966501234567" }),
        json!({ "fullName": "م. الغامدي", "phoneNumber": "0501234567", "localId": "A-٧" }),
        json!({ "fullName": "محمد الغامدي", "phoneNumber": "0501234567", "nationalId": "1012345678" }),
        json!({ "fullName": "محمد الغامدي", "phoneNumber": "0558888888", "nationalId": "١٠١٢٣٤٥٦٧٨" }),
    ] {
        assert_eq!(add(same.clone()).await, first, "{same}");
    }
    for other in [
        json!({ "fullName": "سعاد الغامدي", "phoneNumber": "0558888888" }),
        json!({ "fullName": "محمد الغامدي", "phoneNumber": "0507777777" }),
    ] {
        assert_ne!(add(other.clone()).await, first, "{other}");
    }
    assert_eq!(cloud.items_of("patient").len(), 3);
}

#[tokio::test]
async fn who_waits_already_does_not_wait_twice() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let ticket = desk.adding(&queue, "محمد", "0501234567").expect(201).await;
    assert_eq!(desk.adding(&queue, "محمد", "0501234567").expect_errors(409).await[0].0, "AlreadyInQueue");
    desk.adding(&desk.queue("د. سلمى").await, "محمد", "0501234567").expect(201).await;
    desk.delete(&format!("/api/tickets/{}", id(&ticket["id"]))).expect(204).await;
    desk.adding(&queue, "محمد", "0501234567").expect(201).await;
    // The one that was cancelled cannot come back beside the new one.
    let back = desk.put(&format!("/api/tickets/{}", id(&ticket["id"])), json!({ "status": "waiting" }));
    assert_eq!(back.expect_errors(409).await[0].0, "AlreadyInQueue");
}

#[tokio::test]
async fn a_ticket_moves_only_as_its_status_allows_and_the_counts_follow() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let ticket = id(&desk.adding(&queue, "محمد", "0501234567").expect(201).await["id"]);
    let path = format!("/api/tickets/{ticket}");
    let mut status = "waiting";
    for (to, allowed) in [
        ("served", false),
        ("called", true),
        ("in_service", true),
        ("no_show", false),
        ("served", true),
        ("called", false),
        ("waiting", true),
        ("no_show", true),
        ("waiting", true),
        ("cancelled", true),
    ] {
        let answer = desk.put(&path, json!({ "status": to })).send().await;
        let expected = if allowed { (200, String::new()) } else { (409, "InvalidTransition".to_owned()) };
        assert_eq!((answer.status, answer.code()), expected, "{status} to {to}: {}", answer.text);
        if allowed {
            status = to;
        }
        let counts = desk.get(&format!("/api/queues/{queue}")).expect(200).await["counts"].clone();
        let total: u64 = counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        let name = match status {
            "in_service" => "inService",
            "no_show" => "noShow",
            other => other,
        };
        assert_eq!((total, &counts[name]), (1, &json!(1)), "{counts} after {to}");
    }
    assert_eq!(desk.delete(&path).expect_errors(409).await[0].0, "InvalidTransition");
}

#[tokio::test]
async fn a_ticket_is_moved_to_any_place_and_a_place_beyond_the_end_is_the_end() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let mut expected = desk.crowd(&queue, 5).await;
    for (from, to) in [(4, 1), (1, 3), (0, 99), (2, 2), (3, 5)] {
        let ticket = expected.remove(from);
        let body = json!({ "ticketId": ticket, "targetPosition": to });
        let moved = desk.post("/api/tickets/reorder", body).expect(200).await;
        expected.insert((to - 1).min(expected.len()), ticket.clone());
        let place = expected.iter().position(|other| *other == ticket).unwrap() + 1;
        assert_eq!(moved["position"], place, "{from} to {to}");
        let line = desk.all(&format!("/api/queues/{queue}/patients?status=waiting")).await;
        assert_eq!(line.iter().map(|ticket| id(&ticket["id"])).collect::<Vec<_>>(), expected);
        assert!(line.iter().zip(1..).all(|(ticket, place)| ticket["position"] == place));
    }
    let body = |place: i64| json!({ "ticketId": expected[0], "targetPosition": place });
    desk.post("/api/tickets/reorder", body(0)).expect_errors(422).await;
    desk.delete(&format!("/api/tickets/{}", expected[0])).expect(204).await;
    assert_eq!(desk.post("/api/tickets/reorder", body(1)).expect_errors(409).await[0].0, "InvalidTransition");
}

#[tokio::test]
async fn moves_at_once_leave_one_line() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 6).await;
    let moves = tickets
        .iter()
        .map(|ticket| desk.post("/api/tickets/reorder", json!({ "ticketId": ticket, "targetPosition": 1 })).send());
    let answers = futures::future::join_all(moves).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 503)));
    let line = desk.all(&format!("/api/queues/{queue}/patients?status=waiting")).await;
    let mut places: Vec<u64> = line.iter().map(|ticket| ticket["position"].as_u64().unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn numbers_begin_again_on_a_new_day_in_the_clinics_time_zone() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let number = async |desk: &Desk<'_>, phone: &str| {
        desk.adding(&queue, "محمد", phone).expect(201).await["ticketNumber"].as_u64().unwrap()
    };
    assert_eq!(number(&desk, "0501234561").await, 1);
    assert_eq!(number(&desk, "0501234562").await, 2);
    // Noon in Riyadh, so midnight is twelve hours away: 23:59 is still today.
    cloud.advance(Duration::from_secs(12 * 60 * 60 - 60));
    assert_eq!(number(&desk.renewed(), "0501234563").await, 3);
    cloud.advance(Duration::from_secs(120));
    let desk = desk.renewed();
    assert_eq!(number(&desk, "0501234564").await, 4, "somebody of yesterday still waits");
    for ticket in desk.all(&format!("/api/queues/{queue}/patients?status=waiting")).await {
        desk.delete(&format!("/api/tickets/{}", id(&ticket["id"]))).expect(204).await;
    }
    assert_eq!(number(&desk, "0501234565").await, 1, "nobody is left who could be taken for another one");
    assert_eq!(number(&desk, "0501234566").await, 2);
}

#[tokio::test]
async fn members_without_the_permission_see_masked_numbers() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let queue = owner.queue("د. ليلى").await;
    let body = json!({ "fullName": "محمد", "phoneNumber": "0501234567", "nationalId": "1012345678" });
    let ticket = owner.post(&format!("/api/queues/{queue}/patients"), body).expect(201).await;
    let user = owner.with(cloud.member(&owner.clinic, Role::User).await);
    let patient = format!("/api/patients/{}", id(&ticket["patientId"]));
    for target in [&patient, &format!("/api/queues/{queue}/patients"), "/api/patients?search=0501234567"] {
        let (full, masked) = (owner.get(target).send_expecting(200).await, user.get(target).send_expecting(200).await);
        assert!(full.text.contains("+966501234567"), "{target}");
        assert!(!masked.text.contains("501234567") && !masked.text.contains("1012345678"), "{target}: {}", masked.text);
    }
    let changed =
        user.put(&format!("/api/tickets/{}", id(&ticket["id"])), json!({ "status": "called" })).expect(200).await;
    assert!(!changed.to_string().contains("501234567"));
}

#[tokio::test]
async fn a_ticket_of_another_day_that_comes_back_gets_a_number_of_its_own() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let add = async |desk: &Desk<'_>, phone: &str| desk.adding(&queue, "محمد", phone).expect(201).await;
    let put = async |desk: &Desk<'_>, ticket: &Value, status: &str| {
        desk.put(&format!("/api/tickets/{}", id(&ticket["id"])), json!({ "status": status })).expect(200).await
    };
    let old = add(&desk, "0501234561").await;
    assert_eq!(old["ticketNumber"], 1);
    put(&desk, &old, "cancelled").await;
    // It comes back on its own day, and keeps its number.
    assert_eq!(put(&desk, &old, "waiting").await["ticketNumber"], 1);
    put(&desk, &old, "no_show").await;
    cloud.advance(Duration::from_secs(24 * 60 * 60));
    let desk = desk.renewed();
    let first = add(&desk, "0501234562").await;
    assert_eq!(first["ticketNumber"], 1);
    let back = put(&desk, &old, "waiting").await;
    assert_eq!(back["ticketNumber"], 2, "today's number 1 is somebody else's");
    // What was given it today it keeps, however often it comes back.
    put(&desk, &old, "cancelled").await;
    assert_eq!(put(&desk, &old, "waiting").await["ticketNumber"], 2);
    assert_eq!(add(&desk, "0501234563").await["ticketNumber"], 3);
}

//! Opening, changing and closing clinics.

use std::time::Duration;

use dawr_api::{
    role::{Coverage, Role},
    tenant::Limits,
};
use dawr_testkit::TestCloud;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

fn branch(slug: &str) -> Value {
    json!({ "name": format!("فرع {slug}"), "slug": slug })
}

#[tokio::test]
async fn a_clinic_is_opened_changed_and_closed() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    cloud.advance(Duration::from_secs(1));
    let full = json!({
        "name": " فرع العليا ", "slug": "olaya", "address": "طريق العليا\nالرياض", "phone": "0112345678",
        "holidays": ["2026-09-23", "2026-03-20/2026-03-24", "2026-09-23"], "timezone": "Asia/Dubai",
    });
    let opened = desk.post("/api/clinics", full).expect(201).await;
    insta::assert_json_snapshot!(opened, { ".id" => "[clinic]" });
    let path = format!("/api/clinics/{}", id(&opened["id"]));
    assert_eq!(desk.get(&path).expect(200).await, opened);
    let listed = desk.all("/api/clinics?pageSize=1").await;
    assert_eq!((listed.len(), &listed[1]), (2, &opened), "the oldest first");
    let changed = desk.put(&path, branch("malaz")).header("if-match", "\"1\"").expect(200).await;
    assert_eq!(
        (&changed["slug"], &changed["phone"], &changed["holidays"]),
        (&json!("malaz"), &Value::Null, &json!([]))
    );
    desk.put(&path, branch("malaz")).header("if-match", "\"1\"").expect_errors(412).await;
    desk.delete(&path).expect(204).await;
    desk.get(&path).expect_errors(404).await;
    desk.delete(&path).expect_errors(404).await;
    // Its name is free again.
    desk.post("/api/clinics", branch("malaz")).expect(201).await;
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let wrong = json!({
        "slug": "Olaya 1", "address": "\u{202E}", "phone": 5, "holidays": ["2026-02-30", "soon"], "timezone": "GMT+3",
        "owner": "me",
    });
    let mut errors = desk.post("/api/clinics", wrong).expect_errors(422).await;
    errors.sort_by(|a, b| a.1.cmp(&b.1));
    insta::assert_json_snapshot!(errors);
    let wrong = json!({ "name": "فرع", "slug": "olaya", "phone": "12", "holidays": vec!["2026-09-23"; 101] });
    let errors = desk.post("/api/clinics", wrong).expect_errors(422).await;
    assert_eq!(errors, [("InvalidPhoneNumber".into(), "phone".into()), ("TooMany".into(), "holidays".into())]);
}

#[tokio::test]
async fn a_slug_is_one_clinics_even_among_ten_at_once() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let answers = join_all((0..10).map(|_| desk.post("/api/clinics", branch("olaya")).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((refused.status, refused.errors()), (409, vec![("SlugTaken".into(), "slug".into())]));
    }
    let other = desk.post("/api/clinics", branch("malaz")).expect(201).await;
    let errors = desk.put(&format!("/api/clinics/{}", id(&other["id"])), branch("olaya")).expect_errors(409).await;
    assert_eq!(errors, [("SlugTaken".into(), "slug".into())]);
    // Another tenant has names of its own.
    Desk::open(&cloud, "al-noor").await.post("/api/clinics", branch("olaya")).expect(201).await;
}

#[tokio::test]
async fn the_plans_limit_holds_even_for_ten_at_once() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    cloud.limit(&desk.clinic, Limits { clinics: Some(3), ..Limits::default() }).await;
    let slugs: Vec<String> = (0..10).map(|n| format!("branch-{n}")).collect();
    let answers = join_all(slugs.iter().map(|slug| desk.post("/api/clinics", branch(slug)).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 2);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.code() == "LimitReached"));
    assert_eq!(cloud.items_of("clinic").len(), 3);
}

#[tokio::test]
async fn the_last_clinic_stays_even_when_all_are_closed_at_once() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for n in 0..4 {
        desk.post("/api/clinics", branch(&format!("branch-{n}"))).expect(201).await;
    }
    let all: Vec<String> = desk
        .all("/api/clinics?pageSize=200")
        .await
        .iter()
        .map(|one| format!("/api/clinics/{}", id(&one["id"])))
        .collect();
    let answers = join_all(all.iter().map(|path| desk.delete(path).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 4);
    let refused = answers.iter().find(|answer| answer.status != 204).unwrap();
    assert_eq!((refused.status, refused.code()), (409, "LastClinic".to_owned()));
    // New queues are opened in the one that is left.
    let left = &desk.all("/api/clinics?pageSize=200").await[0];
    let queue = desk.get(&format!("/api/queues/{}", desk.queue("د. ليلى").await)).expect(200).await;
    assert_eq!(queue["clinicId"], left["id"]);
    assert_eq!(desk.get("/api/tenants/me").expect(200).await["firstClinic"], left["id"]);
}

#[tokio::test]
async fn a_clinic_with_queues_stays() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let clinic = id(&desk.post("/api/clinics", branch("olaya")).expect(201).await["id"]);
    let path = format!("/api/clinics/{clinic}");
    let queue = json!({ "doctorName": "د. ليلى", "clinicId": clinic });
    let queue = id(&desk.post("/api/queues", queue).expect(201).await["id"]);
    assert_eq!(desk.delete(&path).expect_errors(409).await[0].0, "ClinicInUse");
    desk.delete(&format!("/api/queues/{queue}")).expect(204).await;
    desk.delete(&path).expect(204).await;
    let errors =
        desk.post("/api/queues", json!({ "doctorName": "د. ليلى", "clinicId": clinic })).expect_errors(404).await;
    assert_eq!(errors, [("NotFound".into(), "clinicId".into())]);
}

/// Whoever is first, there is no queue in a clinic that is closed.
#[tokio::test]
async fn a_queue_that_is_opened_while_its_clinic_is_closed() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for n in 0..8 {
        let clinic = id(&desk.post("/api/clinics", branch(&format!("branch-{n}"))).expect(201).await["id"]);
        let path = format!("/api/clinics/{clinic}");
        let queue = desk.post("/api/queues", json!({ "doctorName": "د. ليلى", "clinicId": clinic }));
        let (opened, closed) = tokio::join!(queue.send(), desk.delete(&path).send());
        match (opened.status, closed.status) {
            (201, 409) => assert_eq!(closed.code(), "ClinicInUse"),
            (404, 204) => assert_eq!(opened.errors(), [("NotFound".into(), "clinicId".into())]),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn who_covers_one_clinic_sees_and_changes_that_one() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let branch_id = id(&desk.post("/api/clinics", branch("olaya")).expect(201).await["id"]);
    let there = Coverage::Only(vec![branch_id.parse().unwrap()]);
    let head = desk.with(cloud.member_in(&desk.clinic, Role::Manager, there).await);
    let seen = head.all("/api/clinics?pageSize=50").await;
    assert_eq!((seen.len(), id(&seen[0]["id"])), (1, branch_id.clone()));
    head.put(&format!("/api/clinics/{branch_id}"), branch("olaya-2")).expect(200).await;
    let first = format!("/api/clinics/{}", desk.clinic.clinic);
    head.get(&first).expect_errors(404).await;
    head.put(&first, branch("mine")).expect_errors(404).await;
    head.post("/api/clinics", branch("another")).expect_errors(403).await;
    head.delete(&format!("/api/clinics/{branch_id}")).expect_errors(403).await;
}

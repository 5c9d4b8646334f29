//! `GET /api/patients/{patientId}/messages`

use std::time::Duration;

use dawr_api::role::{Coverage, Role};
use dawr_testkit::TestCloud;
use serde_json::json;

use crate::{
    desk::{Desk, phone},
    world::{id, missing_like},
};

#[tokio::test]
async fn a_patients_messages_are_listed_whatever_became_of_them() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let patient = id(&desk.line(&queue).await[1]["patientId"]);
    let template = desk.template("مرحبًا {{patientName}}").await;
    let mut sent = Vec::new();
    for n in 0..4 {
        cloud.advance(Duration::from_secs(120));
        if n == 1 {
            cloud.fault("error:131026", Some(&phone(1)), 1).await;
        }
        let batch = desk.sending(&template, &tickets).expect(202).await;
        sent.insert(0, id(&batch["messageIds"][1]));
        cloud.settle().await;
        cloud.reply(&desk.clinic, &phone(1), "شكرًا").await;
        cloud.settle().await;
    }
    // The last one is on its way.
    cloud.advance(Duration::from_secs(120));
    let batch = desk.sending(&template, &tickets).expect(202).await;
    sent.insert(0, id(&batch["messageIds"][1]));
    let list = format!("/api/patients/{patient}/messages");
    let listed = desk.all(&format!("{list}?pageSize=50")).await;
    let ids: Vec<String> = listed.iter().map(|message| id(&message["id"])).collect();
    assert_eq!(ids, sent, "what the patient wrote is not among them");
    assert_eq!((&listed[0]["status"], &listed[3]["status"]), (&json!("queued"), &json!("failed")));
    assert_eq!(listed[3]["reason"], "NotReachable");
    let shown = desk.get("/api/messages?pageSize=200").expect(200).await["items"].clone();
    let of_patient: Vec<_> =
        shown.as_array().unwrap().iter().filter(|message| message["patientId"] == patient.as_str()).collect();
    assert_eq!(listed.iter().collect::<Vec<_>>(), of_patient, "they are shown as in the list of all");
    cloud.settle().await;
    let paged: Vec<String> =
        desk.all(&format!("{list}?pageSize=2")).await.iter().map(|message| id(&message["id"])).collect();
    assert_eq!(paged, sent);
    desk.get(&format!("/api/patients/{}/messages", missing_like(&patient))).expect_errors(404).await;
}

/// Pages are no longer than was asked, and what is decided between two of them does not come twice.
#[tokio::test]
async fn a_page_is_full_at_the_most_and_nothing_comes_twice() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let patient = id(&desk.line(&queue).await[1]["patientId"]);
    let template = desk.template("مرحبًا").await;
    let mut sent = Vec::new();
    for n in 0..5 {
        cloud.advance(Duration::from_secs(10));
        let batch = desk.sending(&template, &tickets).expect(202).await;
        sent.insert(0, id(&batch["messageIds"][1]));
        if n < 2 {
            cloud.settle().await;
        }
    }
    let list = format!("/api/patients/{patient}/messages?pageSize=2");
    let (mut ids, mut sizes, mut page) = (Vec::new(), Vec::new(), String::new());
    loop {
        let answer = desk.get(&format!("{list}{page}")).expect(200).await;
        let items = answer["items"].as_array().unwrap().clone();
        sizes.push(items.len());
        ids.extend(items.iter().map(|message| id(&message["id"])));
        if ids.len() == 2 {
            // The three that are on their way fail, which puts them among those before, or arrive.
            cloud.fault("error:131026", Some(&phone(1)), 2).await;
            cloud.settle().await;
        }
        match answer["nextPage"].as_str() {
            Some(next) => page = format!("&page={next}"),
            None => break,
        }
    }
    assert!(sizes.iter().all(|size| *size <= 2), "{sizes:?}");
    assert_eq!(ids[..2], sent[..2]);
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    sent.sort_unstable();
    assert_eq!(once, sent);
}

#[tokio::test]
async fn members_of_a_branch_see_the_messages_of_its_queues() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let branch = json!({ "name": "فرع العليا", "slug": "olaya" });
    let branch = id(&desk.post("/api/clinics", branch).expect(201).await["id"]);
    let there = json!({ "doctorName": "د. هند", "clinicId": branch });
    let there = id(&desk.post("/api/queues", there).expect(201).await["id"]);
    let template = desk.template("مرحبًا").await;
    let mut patient = String::new();
    for queue in [&desk.queue("د. ليلى").await, &there] {
        let ticket = desk.adding(queue, "محمد", "0501234567").expect(201).await;
        patient = id(&ticket["patientId"]);
        desk.sending(&template, &[id(&ticket["id"])]).expect(202).await;
    }
    let only = Coverage::Only(vec![branch.parse().unwrap()]);
    let member = desk.with(cloud.member_in(&desk.clinic, Role::Moderator, only).await);
    let list = format!("/api/patients/{patient}/messages?pageSize=50");
    // On their way, and sent.
    for _ in 0..2 {
        let own = member.all(&list).await;
        assert_eq!(own.iter().map(|message| id(&message["queueId"])).collect::<Vec<_>>(), [there.as_str()]);
        assert_eq!(desk.all(&list).await.len(), 2);
        cloud.settle().await;
    }
}

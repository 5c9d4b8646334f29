//! Who covers some clinics sees nothing of the others: what is there answers like what does not exist.

use std::{collections::BTreeSet, time::Duration};

use dawr_api::{
    function::{Queue, Requires},
    role::{Coverage, Role},
};
use dawr_testkit::{TestCloud, sample::Sample};
use serde_json::json;

use crate::{
    desk::Desk,
    world::{World, id, missing_like, without_ids},
};

#[tokio::test]
async fn what_is_in_another_clinic_is_what_does_not_exist() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    // The world's queue is in the first clinic; the member covers the other one.
    let there = Coverage::Only(vec![world.value("clinicId").parse().unwrap()]);
    let mut tried = 0;
    for sample in &Sample::endpoints() {
        let http = sample.function.http().unwrap();
        if !matches!(http.requires, Requires::Permission(_)) {
            continue;
        }
        let person = cloud.member_in(&world.clinic, Role::PrimaryAdmin, there.clone()).await;
        for name in ["queueId", "ticketId"] {
            if !sample.placeholders(&world.values(sample)).contains(name) {
                continue;
            }
            let before = cloud.items();
            let mut answers = Vec::new();
            for id in [world.value(name).to_owned(), missing_like(world.value(name))] {
                let mut values = world.values_with(sample, name, &id);
                values.insert("token", person.token.clone());
                let (status, body) = sample.call(&cloud, &values).without("idempotency-key").send().await.comparable();
                answers.push((status, without_ids(&body.to_string())));
            }
            let what = format!("{} with a {name} of another clinic", sample.name());
            assert_eq!(answers[0], answers[1], "{what}");
            if http.path.contains(&format!("{{{name}}}")) {
                assert_eq!(answers[0].0, 404, "{what}: {}", answers[0].1);
                assert_eq!(cloud.items(), before, "{what}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 10, "only {tried} paths were tried");
    cloud.exhume(Queue::Sends);
}

#[tokio::test]
async fn queues_are_opened_and_listed_where_the_member_works() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let open = async |slug: &str| {
        let clinic = json!({ "name": slug, "slug": slug, "timezone": "Asia/Dubai" });
        id(&desk.post("/api/clinics", clinic).expect(201).await["id"])
    };
    let olaya = open("olaya").await;
    cloud.advance(Duration::from_secs(1));
    let malaz = open("malaz").await;
    let first = desk.queue("د. ليلى").await;
    let there = Coverage::Only(vec![malaz.parse().unwrap(), olaya.parse().unwrap()]);
    let doctor = desk.with(cloud.member_in(&desk.clinic, Role::SecondaryAdmin, there).await);
    let opened = doctor.post("/api/queues", json!({ "doctorName": "د. هند" })).expect(201).await;
    assert_eq!((&opened["clinicId"], &opened["timezone"]), (&json!(olaya), &json!("Asia/Dubai")));
    let elsewhere = json!({ "doctorName": "د. هند", "clinicId": desk.clinic.clinic });
    let errors = doctor.post("/api/queues", elsewhere).expect_errors(404).await;
    assert_eq!(errors, [("NotFound".into(), "clinicId".into())]);
    let second = doctor.post("/api/queues", json!({ "doctorName": "د. منى", "clinicId": malaz })).expect(201).await;
    let ids = async |desk: &Desk<'_>, target: &str| -> BTreeSet<String> {
        desk.all(target).await.iter().map(|queue| id(&queue["id"])).collect()
    };
    let (opened, second) = (id(&opened["id"]), id(&second["id"]));
    let set = |ids: &[&String]| -> BTreeSet<String> { ids.iter().copied().cloned().collect() };
    assert_eq!(ids(&desk, "/api/queues?pageSize=2").await, set(&[&first, &second, &opened]));
    assert_eq!(ids(&doctor, "/api/queues?pageSize=1").await, set(&[&second, &opened]));
    assert_eq!(ids(&doctor, &format!("/api/queues?clinicId={olaya}")).await, set(&[&opened]));
    assert_eq!(ids(&doctor, &format!("/api/queues?clinicId={}", desk.clinic.clinic)).await, set(&[]));
    assert_eq!(ids(&desk, &format!("/api/queues?clinicId={malaz}&active=true")).await, set(&[&second]));
    let nowhere = desk.with(cloud.member_in(&desk.clinic, Role::SecondaryAdmin, Coverage::Only(Vec::new())).await);
    assert_eq!(ids(&nowhere, "/api/queues?pageSize=10").await, set(&[]));
    nowhere.post("/api/queues", json!({ "doctorName": "د. هند" })).expect_errors(404).await;
}

#[tokio::test]
async fn a_page_of_tickets_goes_on_only_for_who_still_covers_the_clinic() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 5).await;
    let line = format!("/api/queues/{queue}/patients?pageSize=2");
    for filter in ["", "&status=waiting", "&status=cancelled"] {
        if filter.ends_with("cancelled") {
            for ticket in desk.all(&line).await {
                desk.delete(&format!("/api/tickets/{}", id(&ticket["id"]))).expect(204).await;
            }
        }
        let next = id(&desk.get(&format!("{line}{filter}")).expect(200).await["nextPage"]);
        let moved = desk.with(cloud.member_in(&desk.clinic, Role::Doctor, Coverage::Only(Vec::new())).await);
        let target = format!("{line}{filter}&page={next}");
        desk.get(&target).expect(200).await;
        moved.get(&target).expect_errors(404).await;
    }
}

#[tokio::test]
async fn messages_go_to_and_are_read_by_whoever_covers_the_clinic() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let owner = Desk { cloud: &cloud, clinic: world.clinic.clone(), person: world.clinic.owner.clone() };
    let there = Coverage::Only(vec![world.value("clinicId").parse().unwrap()]);
    let other = owner.with(cloud.member_in(&world.clinic, Role::SecondaryAdmin, there).await);
    assert_eq!(owner.get("/api/messages").expect(200).await["items"].as_array().unwrap().len(), 2);
    for list in [
        "/api/messages".to_owned(),
        "/api/tasks/failed".to_owned(),
        format!("/api/messages?queueId={}", world.value("queueId")),
    ] {
        assert_eq!(other.get(&list).expect(200).await["items"], json!([]), "{list}");
    }
    other.get(&format!("/api/messages/{}", world.value("messageId"))).expect_errors(404).await;
    let task = world.value("taskId");
    other.post(&format!("/api/tasks/{task}/retry"), json!({})).expect_errors(404).await;
    other.delete(&format!("/api/tasks/{task}")).expect_errors(404).await;
    let retried = other.post("/api/tasks/retry", json!({ "filter": {} })).expect(202).await;
    assert_eq!((&retried["retried"], &retried["failed"]), (&json!(0), &json!([])));
    let retried = other.post("/api/tasks/retry", json!({ "taskIds": [task] })).expect(202).await;
    assert_eq!(retried["failed"], json!([{ "id": task, "code": "NotFound" }]));

    // A large batch is checked by the worker that makes its messages, for whoever sent it.
    let crowd = owner.crowd(world.value("queueId"), 95).await;
    let queue = other.post("/api/queues", json!({ "doctorName": "د. هند" })).expect(201).await;
    let own = other.crowd(&id(&queue["id"]), 3).await;
    let template = owner.template("رقمك {{ticketNumber}}").await;
    let all = [crowd, own].concat();
    let sent = other.sending(&template, &all).expect(202).await;
    cloud.settle().await;
    let batch = other.get(&format!("/api/batches/{}", id(&sent["batchId"]))).expect(200).await;
    assert_eq!((&batch["queued"], &batch["skippedCount"]), (&json!(3), &json!(all.len() - 3)));
    // What a patient's ticket elsewhere says is not told, either.
    let patient = json!({ "templateId": template, "patientIds": [world.value("patientId")] });
    let preview = other.post("/api/messages/send-preview", patient.clone()).expect(200).await;
    assert_eq!(preview["skipped"][0]["code"], "NoTicket");
    assert_eq!(owner.post("/api/messages/send-preview", patient).expect(200).await["ready"], 1);
}

//! Who covers some clinics sees nothing of the others: what is there answers like what does not exist.

use std::{collections::BTreeSet, time::Duration};

use dawr_api::{
    auth::Claims,
    function::{Queue, Requires},
    role::{Coverage, Role},
};
use dawr_testkit::{Person, TestCloud, sample::Sample};
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
    assert_eq!(retried["failed"], json!([{ "id": task, "code": "NotFound", "message": "There is no such thing." }]));

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

/// What is sent to patients and is about no queue is in no clinic: it is its sender's, and of who covers as much as they do.
#[tokio::test]
async fn what_is_about_no_queue_is_of_who_covers_as_much_as_its_sender() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    cloud.whatsapp(&owner.clinic).await;
    let branch = id(&owner.post("/api/clinics", json!({ "name": "العليا", "slug": "olaya" })).expect(201).await["id"]);
    let queue = owner.queue("د. ليلى").await;
    owner.crowd(&queue, 2).await;
    let patients = owner.line(&queue).await;
    let patients: Vec<String> = patients.iter().map(|ticket| id(&ticket["patientId"])).collect();
    let there = Coverage::Only(vec![branch.parse().unwrap()]);
    let mut branch = Vec::new();
    for _ in 0..2 {
        branch.push(owner.with(cloud.member_in(&owner.clinic, Role::SecondaryAdmin, there.clone()).await));
    }
    let here = Coverage::Only(vec![owner.clinic.clinic]);
    let other = owner.with(cloud.member_in(&owner.clinic, Role::SecondaryAdmin, here).await);
    let template = owner.template("مرحبًا بكم").await;
    let fails = async |by: &Desk<'_>, patient: &str| {
        cloud.fault("error:131026", None, 1).await;
        let send = json!({ "templateId": template, "patientIds": [patient], "again": true });
        let batch = id(&by.post("/api/messages/send", send).expect(202).await["batchId"]);
        cloud.settle().await;
        batch
    };
    let (whole, part) = (fails(&owner, &patients[0]).await, fails(&branch[0], &patients[1]).await);
    let batches = async |desk: &Desk<'_>, list: &str| -> BTreeSet<String> {
        desk.all(list).await.iter().map(|item| id(&item["batchId"])).collect()
    };
    let both = BTreeSet::from([whole.clone(), part.clone()]);
    for (desk, seen) in [
        (&owner, both.clone()),
        (&branch[0], BTreeSet::from([part.clone()])),
        (&branch[1], BTreeSet::from([part.clone()])),
        (&other, BTreeSet::new()),
    ] {
        assert_eq!(batches(desk, "/api/messages?pageSize=10").await, seen);
        assert_eq!(batches(desk, "/api/tasks/failed?pageSize=10").await, seen);
        for batch in &both {
            let path = format!("/api/batches/{batch}");
            if seen.contains(batch) {
                desk.get(&path).expect(200).await;
            } else {
                desk.get(&path).expect_errors(404).await;
            }
        }
    }
    let tasks = owner.all("/api/tasks/failed?pageSize=10").await;
    let task = id(&tasks.iter().find(|task| task["batchId"] == whole.as_str()).unwrap()["id"]);
    let message = id(&tasks.iter().find(|task| task["batchId"] == whole.as_str()).unwrap()["messageId"]);
    for desk in &branch {
        desk.get(&format!("/api/messages/{message}")).expect_errors(404).await;
        desk.post(&format!("/api/tasks/{task}/retry"), json!({})).expect_errors(404).await;
        desk.delete(&format!("/api/tasks/{task}")).expect_errors(404).await;
    }
    let retried = other.post("/api/tasks/retry", json!({ "filter": {} })).expect(202).await;
    assert_eq!(retried["retried"], 0);
    let retried = branch[1].post("/api/tasks/retry", json!({ "filter": {} })).expect(202).await;
    assert_eq!((&retried["retried"], &retried["failed"]), (&json!(1), &json!([])));
    cloud.settle().await;
    assert_eq!(batches(&owner, "/api/tasks/failed?pageSize=10").await, BTreeSet::from([whole]));
}

/// A branch's administrator is not the tenant's: what others keep to themselves is not theirs to see, nor what all use to change.
#[tokio::test]
async fn who_administers_a_branch_administers_no_template_of_others() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let there = Coverage::Only(vec![owner.clinic.clinic]);
    let head = owner.with(cloud.member_in(&owner.clinic, Role::PrimaryAdmin, there).await);
    let body = |shared: bool| json!({ "title": "نص", "content": "مرحبًا", "isShared": shared });
    let private = id(&owner.post("/api/templates", body(false)).expect(201).await["id"]);
    let shared = id(&owner.post("/api/templates", body(true)).expect(201).await["id"]);
    let path = |template: &str| format!("/api/templates/{template}");
    head.get(&path(&private)).expect_errors(404).await;
    head.put(&path(&private), body(true)).expect_errors(404).await;
    head.delete(&path(&private)).expect_errors(404).await;
    head.get(&path(&shared)).expect(200).await;
    for call in [head.put(&path(&shared), body(false)), head.delete(&path(&shared))] {
        assert_eq!(call.expect_errors(403).await[0].0, "Forbidden");
    }
    assert!(!head.all("/api/templates?pageSize=50").await.iter().any(|template| template["id"] == private.as_str()));
    let own = id(&head.post("/api/templates", body(true)).expect(201).await["id"]);
    head.put(&path(&own), body(false)).expect(200).await;
    owner.put(&path(&own), body(true)).expect(200).await;
}

/// The tenant's number is the tenant's: who leads a branch takes it from nobody.
#[tokio::test]
async fn who_leads_a_branch_does_not_take_the_tenants_number() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    cloud.whatsapp(&owner.clinic).await;
    let before = cloud.items();
    let there = Coverage::Only(vec![owner.clinic.clinic]);
    let head = cloud.claims(&owner.clinic, owner.person.id, Role::PrimaryAdmin);
    let head = Person { token: cloud.token(&Claims { clinics: there, ..head }), ..owner.person.clone() };
    let number = json!({ "phoneNumberId": "1234567890", "accessToken": "x".repeat(20), "appSecret": "y".repeat(20),
        "verifyToken": "z".repeat(20) });
    let errors = owner.with(head).put("/api/settings/whatsapp", number).expect_errors(403).await;
    assert_eq!(errors, [("Forbidden".to_owned(), String::new())]);
    assert_eq!(cloud.items(), before);
}

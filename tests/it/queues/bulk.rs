//! `POST /api/queues/{queueId}/patients/bulk`

use dawr_testkit::{Faults, Rates, TestCloud, TestOptions};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, name, phone},
    world::{id, missing_like},
};

#[tokio::test]
async fn a_list_with_one_error_adds_nobody_and_tells_all_of_them() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let path = format!("/api/queues/{}/patients/bulk", desk.queue("د. ليلى").await);
    let before = cloud.items();
    let body = json!({ "patients": [
        { "fullName": "محمد", "phoneNumber": "0501234567" },
        { "fullName": "", "phoneNumber": "12" },
        { "phoneNumber": "0501234568", "age": 7 },
    ] });
    let mut errors = desk.post(&path, body).expect_errors(422).await;
    errors.sort();
    let expected = [
        ("InvalidPhoneNumber", "patients[1].phoneNumber"),
        ("Required", "patients[1].fullName"),
        ("Required", "patients[2].fullName"),
        ("UnknownField", "patients[2].age"),
    ];
    assert_eq!(errors, expected.map(|(code, field)| (code.to_owned(), field.to_owned())));
    for (body, code) in [
        (json!({}), "Required"),
        (json!({ "patients": [] }), "Required"),
        (json!({ "patients": [], "uploadId": "upl_1" }), "InvalidFormat"),
    ] {
        assert_eq!(desk.post(&path, body).expect_errors(422).await[0].0, code);
    }
    assert_eq!(cloud.items(), before);
}

#[tokio::test]
async fn the_totals_are_true() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.adding(&queue, &name(0), &phone(0)).expect(201).await;
    desk.adding(&desk.queue("د. سلمى").await, &name(1), &phone(1)).expect(201).await;
    let patients: Vec<Value> =
        [0, 1, 2, 2, 3].map(|n| json!({ "fullName": name(n), "phoneNumber": phone(n) })).to_vec();
    let path = format!("/api/queues/{queue}/patients/bulk");
    let done = desk.post(&path, json!({ "patients": patients })).expect(201).await;
    insta::assert_json_snapshot!(done, { ".tickets[]" => "[ticket]" });
    assert_eq!(desk.all(&format!("/api/queues/{queue}/patients")).await.len(), 4);
    assert_eq!(cloud.items_of("patient").len(), 4);
}

#[tokio::test]
async fn an_upload_of_another_clinic_or_of_nobody_is_not_there() {
    let cloud = TestCloud::start().await;
    let (desk, other) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    let path = format!("/api/queues/{}/patients/bulk", desk.queue("د. ليلى").await);
    let sheet = "الاسم,الجوال\nمحمد,0501234567\n";
    let upload = cloud.post("/api/patients/bulk-upload").as_(&other.person).body("text/csv", sheet).expect(201).await;
    let foreign = id(&upload["uploadId"]);
    let answers =
        [foreign.clone(), missing_like(&foreign)].map(|upload| desk.post(&path, json!({ "uploadId": upload })).send());
    let [foreign, missing] = answers;
    let (foreign, missing) = (foreign.await, missing.await);
    assert_eq!(foreign.status, 404);
    assert_eq!(foreign.comparable(), missing.comparable());
}

/// A client that is told nothing, or to come again, repeats the request with its key: at the end everybody is there once.
#[tokio::test]
async fn an_import_that_is_cut_off_goes_on_where_it_was() {
    for seed in 0..4 {
        let faults = Faults::new(seed);
        let options = TestOptions { seed, between: Some(faults.between()), ..TestOptions::default() };
        let cloud = TestCloud::with(options).await;
        let desk = Desk::open(&cloud, "al-shifa").await;
        let queue = desk.queue("د. ليلى").await;
        let mut sheet = String::from("الاسم,الجوال\n");
        (0..90).for_each(|n| sheet.push_str(&format!("{},{}\n", name(n), phone(n))));
        let upload =
            cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).expect(201).await;
        let call = desk
            .post(&format!("/api/queues/{queue}/patients/bulk"), json!({ "uploadId": upload["uploadId"] }))
            .key("k");

        faults.set(Rates { lost: 50, unanswered: 100, killed: 150 });
        let mut answer = None;
        for _ in 0..100 {
            match faults.invocation(call.clone().send()).await {
                Some(done) if done.status == 201 => {
                    answer = Some(done);
                    break;
                }
                Some(done) => assert!(matches!(done.code().as_str(), "StillRunning" | "Unavailable"), "{}", done.text),
                None => {}
            }
            cloud.advance(std::time::Duration::from_secs(5));
        }
        faults.set(Rates::default());
        let answer = answer.unwrap_or_else(|| panic!("seed {seed}: never done")).data();
        assert_eq!((&answer["read"], &answer["added"]), (&json!(90), &json!(90)), "seed {seed}: {answer}");
        let line = desk.renewed().line(&queue).await;
        let numbers: Vec<u64> = line.iter().map(|ticket| ticket["ticketNumber"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=90).collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(cloud.items_of("patient").len(), 90, "seed {seed}");
    }
}

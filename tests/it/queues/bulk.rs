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

/// What was left out stays out, who waits already is no error, and what was refused comes back as a file that can be sent again.
#[tokio::test]
async fn an_import_tells_the_fate_of_every_row() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.adding(&queue, &name(0), &phone(0)).expect(201).await;
    let known = json!({ "fullName": name(8), "phoneNumber": phone(8), "localId": "F-8" });
    desk.post(&format!("/api/queues/{queue}/patients"), known).expect(201).await;
    let sheet = format!(
        "الاسم,الجوال,رقم الملف,ملاحظة\n{},{},,\n{},{},,- حساسية\n{},{},,\n{},12,,=1+1\n{},{},F-8,\n",
        name(0),
        phone(0),
        name(1),
        phone(1),
        name(2),
        phone(2),
        name(3),
        name(4),
        phone(4),
    );
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).expect(201).await;
    let upload = id(&upload["uploadId"]);
    let staged = format!("/api/patients/bulk-upload/{upload}");
    desk.put(&staged, json!({ "rows": [{ "row": 4, "leaveOut": true }] })).expect(200).await;
    let import = format!("/api/queues/{queue}/imports/{upload}");
    let before = desk.get(&import).expect(200).await;
    assert_eq!((&before["finished"], &before["done"], &before["of"]), (&json!(false), &json!(0), &json!(4)));
    let done =
        desk.post(&format!("/api/queues/{queue}/patients/bulk"), json!({ "uploadId": upload })).expect(201).await;
    for (total, count) in
        [("read", 5), ("added", 1), ("alreadyCount", 1), ("skippedCount", 2), ("leftOut", 1), ("done", 4), ("of", 4)]
    {
        assert_eq!(done[total], count, "{total}: {done}");
    }
    assert_eq!(done["already"], json!([2]));
    let codes: Vec<_> = done["skipped"].as_array().unwrap().iter().map(|skip| (&skip["row"], &skip["code"])).collect();
    assert_eq!(codes, [(&json!(5), &json!("InvalidPhoneNumber")), (&json!(6), &json!("PatientDiffers"))]);
    assert_eq!(desk.get(&import).expect(200).await, done);
    let other = desk.queue("د. سلمى").await;
    assert_eq!(desk.get(&format!("/api/queues/{other}/imports/{upload}")).expect_errors(404).await[0].0, "NotFound");
    // Nothing is changed of it any more.
    let late = desk.put(&staged, json!({ "rows": [{ "row": 5, "phoneNumber": "0501234567" }] }));
    assert_eq!(late.expect_errors(409).await[0].0, "UploadUsed");

    let file = desk.get(&format!("{import}/repair")).header("accept-language", "ar").send().await.text;
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines[0], "\u{FEFF}الاسم,الجوال,رقم الملف,ملاحظة,سبب الرفض");
    assert!(lines[1].starts_with(&format!("{},12,,'=1+1,", name(3))), "no cell is a formula: {}", lines[1]);
    assert!(lines[2].starts_with(&format!("{},'{},F-8,,", name(4), phone(4))), "a plus begins one: {}", lines[2]);
    assert!(lines.len() == 3 && lines.iter().skip(1).all(|line| !line.ends_with(',')), "each has its reason: {file}");
    // The file can be sent again as it is: its last column is known, and a formula is one again.
    let again = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", file).expect(201).await;
    assert_eq!(again["columns"][4]["field"], "ignored");
    assert_eq!(again["counts"], json!({ "ready": 1, "warning": 0, "error": 1, "leftOut": 0 }));
    assert_eq!(again["errors"][0]["issues"].as_array().unwrap().len(), 2, "{again}");
    // What is wrong then is said once more, and what was wrong before is not.
    let repair = format!("/api/queues/{queue}/imports/{}/repair", id(&again["uploadId"]));
    let file = desk.get(&repair).header("accept-language", "ar").send().await.text;
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines[0], "\u{FEFF}الاسم,الجوال,رقم الملف,ملاحظة,سبب الرفض");
    assert!(lines.len() == 2 && lines[1].starts_with(&format!("{},12,,'=1+1,", name(3))), "{file}");
}

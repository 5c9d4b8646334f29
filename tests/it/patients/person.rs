//! One person has one name and one phone, wherever they are corrected and wherever they are shown.

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use futures::future::{join, join_all};
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

/// Adds somebody to a new queue; gives the ticket.
async fn come(desk: &Desk<'_>, body: Value) -> Value {
    let queue = desk.queue("د. ليلى").await;
    desk.post(&format!("/api/queues/{queue}/patients"), body).expect(201).await
}

fn patient_of(ticket: &Value) -> String {
    format!("/api/patients/{}", id(&ticket["patientId"]))
}

fn path_of(ticket: &Value) -> String {
    format!("/api/tickets/{}", id(&ticket["id"]))
}

fn name_and_phone(shown: &Value) -> (String, String) {
    (id(&shown["fullName"]), id(&shown["phoneNumber"]))
}

fn of(name: &str, phone: &str) -> (String, String) {
    (name.to_owned(), phone.to_owned())
}

#[tokio::test]
async fn a_corrected_record_shows_everywhere_and_is_what_texts_go_to() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let ticket = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await;
    let other = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await;
    assert_eq!(ticket["patientId"], other["patientId"]);
    let right = of("محمود", "+966507654321");
    let template = desk.template("أهلًا {{patientName}}").await;
    desk.put(&patient_of(&ticket), json!({ "fullName": "محمود", "phoneNumber": "0507654321" })).expect(200).await;
    for ticket in [&ticket, &other] {
        assert_eq!(name_and_phone(&desk.ticket(ticket).await), right);
    }
    let mut count = 0;
    for audience in [
        json!({ "queueId": ticket["queueId"] }),
        json!({ "ticketIds": [ticket["id"]] }),
        json!({ "patientIds": [ticket["patientId"]] }),
    ] {
        let mut body = audience.clone();
        body["templateId"] = json!(template);
        let preview = desk.post("/api/messages/send-preview", body.clone()).expect(200).await;
        assert_eq!(name_and_phone(&preview["messages"][0]), right, "{audience}");
        desk.post("/api/messages/send", body).expect(202).await;
        cloud.settle().await;
        count += 1;
        let received = cloud.received_by("+966507654321").await;
        assert_eq!(received.len(), count, "{audience}");
        assert!(received.iter().all(|message| message.text.contains("محمود")), "{received:?}");
    }
    assert_eq!(cloud.received().await.len(), count);
    let called = desk.post(&format!("/api/queues/{}/call-next", id(&ticket["queueId"])), json!({})).expect(200).await;
    assert_eq!(name_and_phone(&called), right);
}

#[tokio::test]
async fn a_correction_at_a_ticket_corrects_the_person() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let ticket = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await;
    let other = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await;
    let right = of("محمود", "+966507654321");
    let body = json!({ "fullName": "محمود", "phoneNumber": "0507654321", "status": "called", "room": "3" });
    let changed = desk.put(&path_of(&ticket), body).header("if-match", "\"1\"").expect(200).await;
    assert_eq!((name_and_phone(&changed), &changed["status"]), (right.clone(), &json!("called")));
    assert_eq!(name_and_phone(&desk.get(&patient_of(&ticket)).expect(200).await), right);
    for ticket in [&ticket, &other] {
        assert_eq!(name_and_phone(&desk.ticket(ticket).await), right);
    }
    let found = desk.all("/api/patients?search=0507654321").await;
    assert_eq!((found.len(), name_and_phone(&found[0])), (1, right));
    assert!(desk.all("/api/patients?search=0501234567").await.is_empty());
    // The trail tells of the patient, too.
    let trail = desk.get("/api/audit?action=update_ticket").send_expecting(200).await;
    assert!(trail.text.contains(&id(&ticket["patientId"])), "{}", trail.text);
}

#[tokio::test]
async fn who_shares_the_old_phone_is_asked_about() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut family = Vec::new();
    for name in ["سعاد", "نورة", "علي"] {
        family.push(come(&desk, json!({ "fullName": name, "phoneNumber": "0501234567" })).await);
    }
    let path = path_of(&family[0]);
    let before = cloud.items();
    let answer = desk.put(&path, json!({ "phoneNumber": "0507654321" })).send_expecting(409).await;
    assert_eq!(answer.errors(), [("NumberShared".to_owned(), "applyTo".to_owned())]);
    assert_eq!(cloud.items(), before, "what must be asked changes nothing");
    desk.put(&path, json!({ "phoneNumber": "0501234567" })).expect(200).await;
    desk.put(&path, json!({ "fullName": "سعاد الحربي" })).expect(200).await;

    desk.put(&path, json!({ "phoneNumber": "0507654321", "applyTo": "patient" })).expect(200).await;
    let phones = async || -> Vec<String> {
        let all = family.iter().map(async |ticket| {
            let record = desk.get(&patient_of(ticket)).expect(200).await;
            assert_eq!(record["phoneNumber"], desk.ticket(ticket).await["phoneNumber"]);
            id(&record["phoneNumber"])
        });
        join_all(all).await
    };
    assert_eq!(phones().await, ["+966507654321", "+966501234567", "+966501234567"]);
    let second = path_of(&family[1]);
    desk.put(&second, json!({ "phoneNumber": "0509999999", "applyTo": "everyone" })).expect(200).await;
    assert_eq!(phones().await, ["+966507654321", "+966509999999", "+966509999999"]);
    desk.put(&second, json!({ "phoneNumber": "0508888888", "applyTo": "all" })).expect_errors(422).await;
}

/// All that is known of people, and what shows it.
fn people(cloud: &TestCloud) -> Vec<Value> {
    ["patient", "patient-entry", "patient-name", "patient-ties", "ticket", "task"]
        .map(|kind| cloud.items_of(kind))
        .concat()
}

#[tokio::test]
async fn everyone_is_corrected_or_nobody() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut family = Vec::new();
    for name in ["سعاد", "نورة", "علي"] {
        family.push(come(&desk, json!({ "fullName": name, "phoneNumber": "0501234567" })).await);
    }
    // The one whom the request names, and the last of the others, have a namesake with the new phone.
    for name in ["سعاد", "علي"] {
        let namesake = come(&desk, json!({ "fullName": name, "phoneNumber": "0507654321" })).await;
        let before = people(&cloud);
        let body = json!({ "phoneNumber": "0507654321", "applyTo": "everyone" });
        let answer = desk.put(&path_of(&family[0]), body).send_expecting(409).await;
        assert_eq!(answer.code(), "PatientExists");
        assert_eq!(answer.body["errors"][0]["id"], namesake["patientId"], "{}", answer.text);
        assert_eq!(people(&cloud), before, "{name}");
        desk.put(&patient_of(&namesake), json!({ "fullName": format!("{name} الحربي") })).expect(200).await;
    }
    let body = json!({ "phoneNumber": "0507654321", "applyTo": "everyone", "status": "called" });
    desk.put(&path_of(&family[0]), body).expect(200).await;
    for ticket in &family {
        assert_eq!(desk.ticket(ticket).await["phoneNumber"], "+966507654321");
    }
    // Nor if the new name is one of the others'.
    let before = people(&cloud);
    let body = json!({ "fullName": "نورة", "phoneNumber": "0509999999", "applyTo": "everyone" });
    let answer = desk.put(&path_of(&family[0]), body).send_expecting(409).await;
    assert_eq!(answer.body["errors"][0]["id"], family[1]["patientId"], "{}", answer.text);
    assert_eq!(people(&cloud), before);
}

#[tokio::test]
async fn namesakes_whom_a_number_tells_apart_are_corrected_together() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let person = |phone: &str, file: &str| json!({ "fullName": "محمد", "phoneNumber": phone, "localId": file });
    let mut family = Vec::new();
    for file in ["7", "8", "9"] {
        family.push(come(&desk, person("0501234567", file)).await);
    }
    let body = json!({ "phoneNumber": "0507654321", "applyTo": "everyone" });
    desk.put(&path_of(&family[1]), body).expect(200).await;
    for (file, ticket) in ["7", "8", "9"].into_iter().zip(&family) {
        assert_eq!(come(&desk, person("0507654321", file)).await["patientId"], ticket["patientId"]);
    }
    // Whom the name meant, it still means; with the old phone it is somebody else's.
    let same = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0507654321" })).await;
    assert_eq!(same["patientId"], family[0]["patientId"]);
    let other = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await;
    assert!(family.iter().all(|ticket| ticket["patientId"] != other["patientId"]));
}

#[tokio::test]
async fn more_than_one_transaction_takes_are_not_corrected_together() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut all = Vec::new();
    for n in 0..12 {
        let name = format!("{} بن عبدالله بن أحمد الحربي", crate::desk::name(n));
        all.push(come(&desk, json!({ "fullName": name, "phoneNumber": "0501234567", "localId": n.to_string() })).await);
    }
    let before = people(&cloud);
    let body = json!({ "phoneNumber": "0507654321", "applyTo": "everyone" });
    let answer = desk.put(&path_of(&all[0]), body.clone()).send_expecting(409).await;
    assert_eq!(answer.errors(), [("NumberShared".to_owned(), "applyTo".to_owned())]);
    assert_eq!(people(&cloud), before);
    let message = answer.body["errors"][0]["message"].as_str().unwrap();
    let most: usize = message.split(' ').find_map(|word| word.parse().ok()).expect("it says how many");
    assert!((3..11).contains(&most), "{message}");
    // As many as it says are corrected together, with all of their failed tasks.
    let rest = all.split_off(most + 1);
    for ticket in &rest {
        desk.put(&path_of(ticket), json!({ "phoneNumber": "0509999999", "applyTo": "patient" })).expect(200).await;
    }
    let template = desk.template("نص").await;
    cloud.fault("error:132001", None, 1000).await;
    let tickets: Vec<String> = all.iter().map(|ticket| id(&ticket["id"])).collect();
    for _ in 0..4 {
        desk.sending(&template, &tickets).expect(202).await;
    }
    cloud.settle().await;
    let desk = desk.renewed();
    desk.put(&path_of(&all[0]), body).expect(200).await;
    for ticket in &all {
        assert_eq!(desk.ticket(ticket).await["phoneNumber"], "+966507654321");
    }
    let tasks = desk.all("/api/tasks/failed?pageSize=200").await;
    assert_eq!(tasks.len(), 4 * all.len());
    assert!(tasks.iter().all(|task| task["phoneNumber"] == "+966507654321"), "{tasks:?}");
}

#[tokio::test]
async fn a_ticket_that_is_over_writes_to_the_patient_of_today() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let old = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await;
    desk.put(&path_of(&old), json!({ "status": "called" })).expect(200).await;
    desk.put(&path_of(&old), json!({ "status": "served" })).expect(200).await;
    let new = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await;
    desk.put(&patient_of(&old), json!({ "phoneNumber": "0507654321" })).expect(200).await;
    let template = desk.template("شكرًا لزيارتك {{patientName}}").await;
    desk.sending(&template, &[id(&old["id"]), id(&new["id"])]).expect(202).await;
    cloud.settle().await;
    assert_eq!(cloud.received_by("+966507654321").await.len(), 2);
    let back = desk.put(&path_of(&old), json!({ "status": "waiting" })).expect(200).await;
    assert_eq!(back["phoneNumber"], "+966507654321");
    // From then on it follows again.
    desk.put(&patient_of(&old), json!({ "phoneNumber": "0508888888" })).expect(200).await;
    assert_eq!(desk.ticket(&old).await["phoneNumber"], "+966508888888");
}

#[tokio::test]
async fn who_is_corrected_while_they_get_tickets_has_one_phone() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let person = json!({ "fullName": "محمد", "phoneNumber": "0501234567", "localId": "7" });
    let first = come(&desk, person.clone()).await;
    let queues = join_all((0..6).map(|_| desk.queue("د. سلمى"))).await;
    let adds = join_all(queues.iter().map(|queue| {
        let body = json!({ "fullName": "محمد", "phoneNumber": "0501234567" });
        desk.post(&format!("/api/queues/{queue}/patients"), body).send()
    }));
    let corrections = join_all(
        ["0507654321", "0508888888"].map(|phone| desk.put(&patient_of(&first), json!({ "phoneNumber": phone })).send()),
    );
    let (added, corrected) = join(adds, corrections).await;
    assert!(corrected.iter().all(|answer| answer.status == 200), "{corrected:?}");
    let record = desk.get(&patient_of(&first)).expect(200).await;
    for ticket in added.iter().filter(|answer| answer.status == 201).map(dawr_testkit::Answer::data).chain([first]) {
        if ticket["patientId"] == record["id"] {
            assert_eq!(desk.ticket(&ticket).await["phoneNumber"], record["phoneNumber"]);
        }
    }
}

#[tokio::test]
async fn a_new_phone_of_somebody_whom_a_number_names_is_the_records() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let first = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567", "localId": "7" })).await;
    let second = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0507654321", "localId": "7" })).await;
    assert_eq!(second["patientId"], first["patientId"]);
    for shown in [&desk.get(&patient_of(&first)).expect(200).await, &desk.ticket(&first).await, &second] {
        assert_eq!(shown["phoneNumber"], "+966507654321");
    }
    // The name is written in many ways: the record's stays.
    let third = come(&desk, json!({ "fullName": "م. الغامدي", "phoneNumber": "0507654321", "localId": "7" })).await;
    assert_eq!(third["fullName"], "محمد");

    let queue = desk.queue("د. سلمى").await;
    let list = json!({ "patients": [
        { "fullName": "محمد", "phoneNumber": "0509999999", "localId": "7" },
        { "fullName": "علي", "phoneNumber": "0501111111" },
    ] });
    let done = desk.post(&format!("/api/queues/{queue}/patients/bulk"), list.clone()).expect(201).await;
    assert_eq!((&done["added"], &done["existing"], &done["corrected"]), (&json!(2), &json!(1), &json!([0])), "{done}");
    for shown in [&first, &second] {
        assert_eq!(desk.ticket(shown).await["phoneNumber"], "+966509999999");
    }
    let mut other = list;
    other["patients"][0]["phoneNumber"] = json!("0503333333");
    let again = desk.post(&format!("/api/queues/{queue}/patients/bulk"), other).expect(201).await;
    assert_eq!((&again["added"], &again["corrected"]), (&json!(0), &Value::Null), "who waits already changes nothing");
    assert_eq!(desk.ticket(&first).await["phoneNumber"], "+966509999999");
}

#[tokio::test]
async fn a_sheet_that_was_uploaded_before_a_correction_does_not_undo_it() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let sheet = "الاسم,الجوال,رقم الملف\nمحمد,0501234567,7\nسعاد,0502222222,\n";
    let first = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567", "localId": "7" })).await;
    let second = come(&desk, json!({ "fullName": "سعاد", "phoneNumber": "0502222222" })).await;
    cloud.advance(std::time::Duration::from_secs(60));
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).expect(201).await;
    cloud.advance(std::time::Duration::from_secs(60));
    desk.put(&patient_of(&first), json!({ "phoneNumber": "0507654321" })).expect(200).await;
    desk.put(&patient_of(&second), json!({ "phoneNumber": "0508888888", "fullName": "سعاد الحربي" })).expect(200).await;
    let queue = desk.queue("د. سلمى").await;
    let body = json!({ "uploadId": upload["uploadId"] });
    let done = desk.post(&format!("/api/queues/{queue}/patients/bulk"), body).expect(201).await;
    assert_eq!(
        (&done["existing"], &done["created"], &done["corrected"]),
        (&json!(2), &json!(0), &Value::Null),
        "{done}"
    );
    let line = desk.all(&format!("/api/queues/{queue}/patients")).await;
    let shown: Vec<_> = line.iter().map(name_and_phone).collect();
    assert_eq!(shown, [of("محمد", "+966507654321"), of("سعاد الحربي", "+966508888888")]);
    // Who comes to the desk under the old name and phone is somebody else, and the name can be taken again.
    let third = come(&desk, json!({ "fullName": "سعاد", "phoneNumber": "0502222222" })).await;
    assert_ne!(third["patientId"], second["patientId"]);
    let again = come(&desk, json!({ "fullName": "سعاد", "phoneNumber": "0502222222" })).await;
    assert_eq!(again["patientId"], third["patientId"]);
}

#[tokio::test]
async fn two_patients_of_one_name_and_phone_are_one() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let first = come(&desk, json!({ "fullName": "أحمد الغامدي", "phoneNumber": "0501234567" })).await;
    let second = come(&desk, json!({ "fullName": "سعاد الغامدي", "phoneNumber": "0501234567" })).await;
    let third = come(&desk, json!({ "fullName": "احمد الغامدى", "phoneNumber": "0507654321" })).await;
    let before = cloud.items_of("patient");
    for (target, body) in [
        (patient_of(&second), json!({ "fullName": "احمد  الغامدى" })),
        (path_of(&second), json!({ "fullName": "أحمد الغامدي" })),
        (patient_of(&third), json!({ "phoneNumber": "٠٥٠١٢٣٤٥٦٧" })),
        (path_of(&third), json!({ "phoneNumber": "0501234567", "applyTo": "patient" })),
    ] {
        let answer = desk.put(&target, body).send_expecting(409).await;
        assert_eq!(answer.errors(), [("PatientExists".to_owned(), String::new())]);
        assert_eq!(answer.body["errors"][0]["id"], first["patientId"], "{}", answer.text);
    }
    assert_eq!(cloud.items_of("patient"), before);
    // Father and son: another file number is another person.
    desk.put(&patient_of(&first), json!({ "localId": "7" })).expect(200).await;
    desk.put(&patient_of(&third), json!({ "phoneNumber": "0501234567", "localId": "8" })).expect(200).await;
    let answer = desk.put(&patient_of(&third), json!({ "localId": null })).send_expecting(409).await;
    assert_eq!(answer.body["errors"][0]["id"], first["patientId"]);
    let answer = desk.put(&patient_of(&second), json!({ "localId": "7" })).send_expecting(409).await;
    assert_eq!((answer.code(), &answer.body["errors"][0]["id"]), ("FileNumberTaken".to_owned(), &first["patientId"]));
    // The claim of the name goes with its holder.
    desk.put(&patient_of(&first), json!({ "fullName": "خالد" })).expect(200).await;
    assert_eq!(
        come(&desk, json!({ "fullName": "أحمد الغامدي", "phoneNumber": "0501234567" })).await["patientId"],
        third["patientId"]
    );
}

#[tokio::test]
async fn who_takes_one_name_and_phone_at_once_does_not_share_it() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut people = Vec::new();
    for n in 0..5 {
        people
            .push(come(&desk, json!({ "fullName": crate::desk::name(n), "phoneNumber": crate::desk::phone(n) })).await);
    }
    let body = json!({ "fullName": "محمد", "phoneNumber": "0501234567" });
    let answers = join_all(people.iter().map(|ticket| desk.put(&patient_of(ticket), body.clone()).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(
        answers.iter().all(|answer| answer.status == 200 || answer.code() == "PatientExists" || answer.status == 503)
    );
    assert_eq!(desk.all("/api/patients?search=0501234567").await.len(), 1);
}

#[tokio::test]
async fn one_number_alone_is_nobody() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let known = json!({ "fullName": "محمد", "phoneNumber": "0501234567", "localId": "70", "nationalId": "1012345678" });
    let first = come(&desk, known).await;
    let queue = desk.queue("د. سلمى").await;
    let line = format!("/api/queues/{queue}/patients");
    let stranger = |field: &str, value: &str| json!({ "fullName": "سعاد", "phoneNumber": "0507654321", field: value, "metadata": { "ملاحظة": "حساسية" } });
    let before = cloud.items_of("patient");
    for (field, value) in [("localId", "٧٠"), ("nationalId", "1012345678")] {
        let answer = desk.post(&line, stranger(field, value)).send_expecting(409).await;
        assert_eq!(answer.errors(), [("PatientDiffers".to_owned(), field.to_owned())]);
        assert_eq!(answer.body["errors"][0]["id"], first["patientId"]);
        let done =
            desk.post(&format!("{line}/bulk"), json!({ "patients": [stranger(field, value)] })).expect(201).await;
        let said = |name: &str| &done["skipped"][0][name];
        assert_eq!((&done["added"], said("row"), said("code")), (&json!(0), &json!(0), &json!("PatientDiffers")));
        assert_eq!((said("field"), said("id")), (&json!(field), &first["patientId"]));
    }
    let sheet = "الاسم,الجوال,رقم الملف\nسعاد,0507654321,70\nعلي,0501111111,71\n";
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).expect(201).await;
    let done = desk.post(&format!("{line}/bulk"), json!({ "uploadId": upload["uploadId"] })).expect(201).await;
    assert_eq!((&done["added"], &done["skipped"][0]["code"]), (&json!(1), &json!("PatientDiffers")), "{done}");
    let after = cloud.items_of("patient");
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|patient| after.contains(patient)), "nothing is merged into a record silently");

    let mut confirmed = stranger("localId", "70");
    confirmed["samePatient"] = first["patientId"].clone();
    let ticket = desk.post(&line, confirmed.clone()).expect(201).await;
    assert_eq!((&ticket["patientId"], &ticket["fullName"]), (&first["patientId"], &json!("محمد")));
    assert_eq!(ticket["phoneNumber"], "+966507654321");
    confirmed["localId"] = json!("72");
    let wrong = desk.post(&line, confirmed).expect_errors(404).await;
    assert_eq!(wrong, [("NotFound".to_owned(), "samePatient".to_owned())]);
}

#[tokio::test]
async fn numbers_in_free_texts_are_masked_for_members_without_the_permission() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let nurse = owner.with(cloud.member(&owner.clinic, Role::Nurse).await);
    let sheet = "الاسم,الجوال,هاتف,البريد,تاريخ الميلاد\nمحمد,0501234567,٠٥٥ ٩٨٧ ٦٥٤٣,sara@example.com,1990-05-12\nعلي,0501111 (أم علي),,,\n";
    let stage = |desk: &Desk<'_>| cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet);
    let masked = stage(&nurse).send_expecting(201).await;
    let upload = stage(&owner).expect(201).await;
    let queue = owner.queue("د. ليلى").await;
    let line = format!("/api/queues/{queue}/patients");
    owner.post(&format!("{line}/bulk"), json!({ "uploadId": upload["uploadId"] })).expect(201).await;
    let ticket = owner.all(&line).await.remove(0);
    let patient = patient_of(&ticket);
    assert_eq!(owner.get(&patient).expect(200).await["metadata"]["هاتف"], "٠٥٥ ٩٨٧ ٦٥٤٣");
    let called = nurse.put(&path_of(&ticket), json!({ "status": "called" })).send_expecting(200).await;
    for text in [masked.text, nurse.get(&patient).send().await.text, nurse.get(&line).send().await.text, called.text] {
        assert!(!text.contains("٠٥٥ ٩٨٧") && !text.contains("sara@") && !text.contains("0501111"), "{text}");
        assert!(text.contains("1990-05-12"), "{text}");
    }
    // What was shown masked and is sent back stays.
    let mut texts = nurse.get(&patient).expect(200).await["metadata"].clone();
    texts["ملاحظة"] = json!("حساسية");
    nurse.put(&patient, json!({ "metadata": texts.clone() })).expect(200).await;
    nurse.put(&path_of(&ticket), json!({ "metadata": texts })).expect(200).await;
    for shown in [owner.get(&patient).expect(200).await, owner.ticket(&ticket).await] {
        assert_eq!(shown["metadata"]["هاتف"], "٠٥٥ ٩٨٧ ٦٥٤٣");
        assert_eq!(shown["metadata"]["ملاحظة"], "حساسية");
    }
}

#[tokio::test]
async fn what_was_shown_masked_and_is_sent_back_stays() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let nurse = owner.with(cloud.member(&owner.clinic, Role::Nurse).await);
    let person = json!({
        "fullName": "محمد 0501234567", "phoneNumber": "0501234567", "localId": "0501234567", "nationalId": "1012345678",
    });
    let ticket = come(&owner, person).await;
    let (patient, path) = (patient_of(&ticket), path_of(&ticket));
    let before = owner.get(&patient).expect(200).await;
    let shown = nurse.get(&patient).expect(200).await;
    let of = |shown: &Value, names: &[&str]| -> Value {
        names.iter().map(|name| ((*name).to_owned(), shown[*name].clone())).collect::<serde_json::Map<_, _>>().into()
    };
    let fields = ["fullName", "phoneNumber", "localId", "nationalId"];
    let expected = json!({
        "fullName": "محمد ••••••4567", "phoneNumber": "+966•••••4567", "localId": "••••••4567", "nationalId": "••••••5678",
    });
    assert_eq!(of(&shown, &fields), expected);
    nurse.put(&patient, expected.clone()).expect(200).await;
    assert_eq!(of(&owner.get(&patient).expect(200).await, &fields), of(&before, &fields));
    let mut body = of(&nurse.ticket(&ticket).await, &fields[..2]);
    body["status"] = json!("called");
    nurse.put(&path, body.clone()).expect(200).await;
    assert_eq!(of(&owner.get(&patient).expect(200).await, &fields), of(&before, &fields));
    // What is masked otherwise is nobody's, and all of it is told at once.
    let others = json!({ "phoneNumber": "+966•••••4568", "localId": "••••••4568", "nationalId": "••••••5679" });
    let mut errors = nurse.put(&patient, others).expect_errors(422).await;
    errors.sort_by(|a, b| a.1.cmp(&b.1));
    let refused = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let expected = [
        refused("InvalidCharacters", "localId"),
        refused("InvalidCharacters", "nationalId"),
        refused("InvalidPhoneNumber", "phoneNumber"),
    ];
    assert_eq!(errors, expected);
    assert_eq!(nurse.put(&path, json!({ "phoneNumber": "+966•••••4568" })).expect_errors(422).await, expected[2..]);
    // A ticket that is over shows the phone of then: who sends that back does not bring it back.
    owner.delete(&path).expect(204).await;
    let later = come(&owner, json!({ "fullName": "محمد 0501234567", "phoneNumber": "0501234567" })).await;
    owner.put(&patient_of(&later), json!({ "phoneNumber": "0507654321" })).expect(200).await;
    let mut body = of(&nurse.ticket(&ticket).await, &["phoneNumber"]);
    assert_eq!(body["phoneNumber"], "+966•••••4567");
    body["metadata"] = json!({ "ملاحظة": "حساسية" });
    nurse.put(&path, body).expect(200).await;
    assert_eq!(owner.get(&patient).expect(200).await["phoneNumber"], "+966507654321");
}

#[tokio::test]
async fn a_phone_that_is_no_mobile_is_warned_of() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let landline = come(&desk, json!({ "fullName": "محمد", "phoneNumber": "0112345678" })).await;
    let mobile = come(&desk, json!({ "fullName": "سعاد", "phoneNumber": "0501234567" })).await;
    let warnings = json!(["NotMobile"]);
    assert_eq!((&landline["warnings"], &mobile["warnings"]), (&warnings, &Value::Null));
    assert_eq!(desk.get(&patient_of(&landline)).expect(200).await["warnings"], warnings);
    assert_eq!(desk.ticket(&landline).await["warnings"], warnings);
    let template = desk.template("نص").await;
    let body = json!({ "templateId": template, "ticketIds": [landline["id"], mobile["id"]] });
    let preview = desk.post("/api/messages/send-preview", body).expect(200).await;
    assert_eq!((&preview["ready"], &preview["messages"][0]["warnings"]), (&json!(2), &warnings), "{preview}");
    assert_eq!(preview["messages"][1]["warnings"], Value::Null);

    let sheet = "الاسم,الهاتف\nخالد,0112345679\nعلي,0501111111\n";
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).expect(201).await;
    assert_eq!(upload["counts"], json!({ "ready": 1, "warning": 1, "error": 0, "leftOut": 0 }));
    assert_eq!(upload["sample"][0]["issues"][0]["code"], "NotMobile", "{upload}");
    let queue = desk.queue("د. سلمى").await;
    let body = json!({ "uploadId": upload["uploadId"] });
    assert_eq!(desk.post(&format!("/api/queues/{queue}/patients/bulk"), body).expect(201).await["added"], 2);
}

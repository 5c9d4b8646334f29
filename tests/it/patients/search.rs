//! `GET /api/patients`

use std::{collections::BTreeSet, time::Duration};

use dawr_testkit::TestCloud;
use serde_json::json;

use crate::desk::Desk;

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn found(desk: &Desk<'_>, search: &str) -> BTreeSet<String> {
    let all = desk.all(&format!("/api/patients?search={}", encoded(search))).await;
    all.iter().map(|patient| patient["fullName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn patients_are_found_in_any_writing() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    for (name, phone, file) in [
        ("أحمد إبراهيم الغامدي", "0501234567", "A-10"),
        ("فاطمة الزهراء", "0501234567", "A-11"),
        ("مُحَمَّد عبدالله", "0507654321", "B-2"),
        ("Omar Al-Farouq", "+201001234567", "C 3"),
    ] {
        let body = json!({ "fullName": name, "phoneNumber": phone, "localId": file });
        desk.post(&format!("/api/queues/{queue}/patients"), body).expect(201).await;
    }
    let ahmad = "أحمد إبراهيم الغامدي";
    for (search, expected) in [
        ("احمد", vec![ahmad]),
        ("إبراهيم أحمد", vec![ahmad]),
        ("ابراه", vec![ahmad]),
        ("الغامدى", vec![ahmad]),
        ("فاطمه", vec!["فاطمة الزهراء"]),
        ("محمد", vec!["مُحَمَّد عبدالله"]),
        ("OMAR", vec!["Omar Al-Farouq"]),
        ("farouq", vec!["Omar Al-Farouq"]),
        ("0501234567", vec![ahmad, "فاطمة الزهراء"]),
        ("٠٥٠١٢٣٤٥٦٧", vec![ahmad, "فاطمة الزهراء"]),
        ("+966 50 123 4567", vec![ahmad, "فاطمة الزهراء"]),
        ("00201001234567", vec!["Omar Al-Farouq"]),
        ("A-١٠", vec![ahmad]),
        ("B-2", vec!["مُحَمَّد عبدالله"]),
        // Each word is the beginning of one: what stands within a word is not looked for.
        ("احمد براهيم", vec![]),
        ("لا أحد", vec![]),
        ("0509999999", vec![]),
        ("#%", vec![]),
    ] {
        let names = found(&desk, search).await;
        let stored = |name: &str| names.iter().any(|found| found == name || found.contains(name));
        assert_eq!(names.len(), expected.len(), "{search}: {names:?}");
        for name in expected {
            assert!(stored(name) || name.starts_with("مُ"), "{search}: {names:?}");
        }
    }
    let other = Desk::open(&cloud, "al-noor").await;
    assert!(found(&other, "احمد").await.is_empty() && found(&other, "0501234567").await.is_empty());
}

#[tokio::test]
async fn a_new_name_or_number_is_found_and_the_old_one_is_not() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let ticket = desk.adding(&queue, "سعاد الحربي", "0501234567").expect(201).await;
    let path = format!("/api/patients/{}", ticket["patientId"].as_str().unwrap());
    desk.put(&path, json!({ "fullName": "سعاد القحطاني", "phoneNumber": "0507654321" })).expect(200).await;
    for (search, count) in [("سعاد", 1), ("القحطاني", 1), ("الحربي", 0), ("0507654321", 1), ("0501234567", 0)]
    {
        assert_eq!(found(&desk, search).await.len(), count, "{search}");
    }
}

#[tokio::test]
async fn without_a_search_all_patients_are_listed_the_newest_first() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let mut expected = Vec::new();
    for n in 0..5 {
        cloud.advance(Duration::from_secs(1));
        let ticket = desk.adding(&queue, &format!("سعاد {n}"), &format!("050123450{n}")).expect(201).await;
        expected.insert(0, ticket["patientId"].as_str().unwrap().to_owned());
    }
    // Who is changed stays where they are.
    desk.put(&format!("/api/patients/{}", expected[2]), json!({ "fullName": "منى" })).expect(200).await;
    for list in ["/api/patients?pageSize=200", "/api/patients?pageSize=2"] {
        let listed = desk.all(list).await;
        let ids: Vec<&str> = listed.iter().map(|patient| patient["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{list}");
        assert_eq!(listed[2]["fullName"], "منى");
        assert_eq!(listed[0]["phoneNumber"], "+966501234504");
    }
    let read = cloud.items_of("audit").into_iter().filter(|entry| entry["action"]["S"] == "search_patients");
    assert_eq!(read.count(), 4, "who looked at whom is in the trail");
    let other = Desk::open(&cloud, "al-noor").await;
    assert!(other.all("/api/patients?pageSize=2").await.is_empty());
}

#[tokio::test]
async fn names_are_found_joined_and_apart_and_phones_by_their_end() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    for (name, phone) in [
        ("عبد الله سالم", "0501230015"),
        ("عبدالرحمن بن سعد الحربي", "0501230016"),
        ("أبوبكر حربي", "0507770015"),
        ("نورالدين زكي", "0501230018"),
        ("محمدأمين", "0501230019"),
        ("محمد أمين علي", "0501230021"),
        ("تركي آل سعود", "0501230020"),
    ] {
        desk.adding(&queue, name, phone).expect(201).await;
    }
    for (search, expected) in [
        ("عبدالله", vec!["عبد الله سالم"]),
        ("عبد الله", vec!["عبد الله سالم"]),
        ("سالم عبدالله", vec!["عبد الله سالم"]),
        ("عبد الرحمن", vec!["عبدالرحمن بن سعد الحربي"]),
        ("عبدالرحمن سعد", vec!["عبدالرحمن بن سعد الحربي"]),
        ("ابو بكر", vec!["أبوبكر حربي"]),
        ("الحربي", vec!["أبوبكر حربي", "عبدالرحمن بن سعد الحربي"]),
        ("حربي", vec!["أبوبكر حربي", "عبدالرحمن بن سعد الحربي"]),
        ("نور الدين", vec!["نورالدين زكي"]),
        // Some write the words apart, others joined: both are found.
        ("محمد أمين", vec!["محمد أمين علي", "محمدأمين"]),
        ("محمد أمين علي", vec!["محمد أمين علي"]),
        ("السعود", vec!["تركي آل سعود"]),
        ("عبد", vec!["عبد الله سالم", "عبدالرحمن بن سعد الحربي"]),
        ("0015", vec!["أبوبكر حربي", "عبد الله سالم"]),
        ("٠٠١٦", vec!["عبدالرحمن بن سعد الحربي"]),
        ("عبدالسلام", vec![]),
        ("9999", vec![]),
    ] {
        let names: Vec<String> = found(&desk, search).await.into_iter().collect();
        assert_eq!(names, expected, "{search}");
        // So they are a page at a time.
        let mut single = desk.all(&format!("/api/patients?search={}&pageSize=1", encoded(search))).await;
        single.sort_by_key(|patient| patient["fullName"].to_string());
        assert_eq!(single.iter().map(|patient| &patient["fullName"]).collect::<Vec<_>>(), expected, "{search}");
        let line = desk.all(&format!("/api/queues/{queue}/patients?search={}", encoded(search))).await;
        assert_eq!(line.len(), expected.len(), "{search} in the line");
    }
}

#[tokio::test]
async fn both_writings_of_a_name_with_one_phone_are_one_patient_with_one_ticket() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    for (n, [one, other]) in [
        ["عبد الله سالم", "عبدالله سالم"],
        ["أبو بكر", "ابوبكر"],
        ["أم كلثوم", "امكلثوم"],
        ["محمد بن سالم", "محمد سالم"],
        ["سعاد الحربي", "سعاد حربي"],
    ]
    .into_iter()
    .enumerate()
    {
        let phone = format!("050123000{n}");
        let ticket = desk.adding(&queue, one, &phone).expect(201).await;
        assert_eq!(desk.adding(&queue, other, &phone).expect_errors(409).await[0].0, "AlreadyInQueue", "{other}");
        let elsewhere = desk.queue("د. هند").await;
        let again = desk.adding(&elsewhere, other, &phone).expect(201).await;
        assert_eq!((&again["patientId"], &again["fullName"]), (&ticket["patientId"], &json!(one)), "{other}");
        // The record can be given the other writing, and is still the only one.
        let path = format!("/api/patients/{}", ticket["patientId"].as_str().unwrap());
        desk.put(&path, json!({ "fullName": other })).expect(200).await;
        assert_eq!(found(&desk, one).await.into_iter().collect::<Vec<_>>(), [other]);
        // A mother with the same phone is somebody else.
        let mother = desk.adding(&queue, &format!("والدة {one}"), &phone).expect(201).await;
        assert_ne!(mother["patientId"], ticket["patientId"]);
        desk.put(&format!("/api/patients/{}", mother["patientId"].as_str().unwrap()), json!({ "fullName": "هيا" }))
            .expect(200)
            .await;
    }
    assert_eq!(cloud.items_of("patient").len(), 10);
}

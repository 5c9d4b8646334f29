//! `POST /api/patients/bulk-upload`. (What the sheets themselves may be is tested beside their reader.)

use dawr_api::role::{Coverage, Role};
use dawr_testkit::TestCloud;
use serde_json::json;

use crate::{
    desk::{Desk, name},
    world::{id, member_without_contact},
};

#[tokio::test]
async fn a_file_is_staged_and_its_totals_are_true() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let sheet = "\u{FEFF}الاسم\tالجوال\tملاحظة\nمحمد\t0501234567\tأول\nسعاد\t12\t\n\n\t0501234568\t\nعلي\t0501234569\t\n";
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).expect(201).await;
    insta::assert_json_snapshot!(upload, { ".uploadId" => "[upload]" });
    assert!(cloud.items_of("patient").is_empty(), "nothing is added before the commit");
}

#[tokio::test]
async fn what_is_no_sheet_of_patients_is_refused() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let before = cloud.items();
    let upload = |kind: &str, body: &[u8]| {
        cloud.post("/api/patients/bulk-upload").as_(&desk.person).body(kind, body.to_vec()).send()
    };
    for (kind, body, status, code) in [
        ("application/json", b"{}".as_slice(), 415, "UnsupportedMediaType"),
        ("image/png", b"\x89PNG", 415, "UnsupportedMediaType"),
        ("text/csv", b"", 422, "EmptyFile"),
        ("text/csv", b"\xEF\xBB\xBF\n\n", 422, "EmptyFile"),
        ("text/csv", b"a,b\n1,2\n", 422, "MissingColumns"),
        ("text/csv", b"\x89PNG\r\n\x1a\n\0\0\0\0", 422, "NotASpreadsheet"),
        ("application/vnd.ms-excel", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and no more", 422, "NotASpreadsheet"),
        ("application/octet-stream", b"PK\x03\x04 and no more", 422, "DamagedFile"),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 422, "Required"),
        ("multipart/form-data", b"", 400, "MalformedRequest"),
    ] {
        let answer = upload(kind, body).await;
        let what = format!("{kind} {:?}", String::from_utf8_lossy(&body[..body.len().min(12)]));
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{what}: {}", answer.text);
    }
    let huge = upload("text/csv", &vec![b'a'; 5 * 1024 * 1024]).await;
    assert_eq!(huge.code(), "PayloadTooLarge");
    assert_eq!(cloud.items(), before);
}

/// An answer is kept for its repetition, however wide the file is.
#[tokio::test]
async fn a_file_as_wide_as_files_may_be_is_staged_once_for_its_key() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let wide = |n: usize| (0..98).map(|column| format!(",{}{}{n}", "ع".repeat(90), column)).collect::<String>();
    let mut sheet = format!("الاسم,الجوال{}\n", wide(0));
    (0..60).for_each(|n| {
        sheet.push_str(&format!("{},{}{}\n", name(n), if n % 2 == 0 { "12" } else { "0501234567" }, wide(1)))
    });
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).key("k");
    let first = upload.clone().expect(201).await;
    assert_eq!((&first["rows"], first["columns"].as_array().unwrap().len()), (&json!(60), 100));
    assert!(!first["sample"].as_array().unwrap().is_empty() && !first["errors"].as_array().unwrap().is_empty());
    assert_eq!(upload.expect(201).await, first);
    let kept = cloud.items_of("idempotency")[0].to_string().len();
    assert!(kept < 400_000, "{kept} bytes");
}

/// A list whose faults a person can repair.
const FAULTY: &str = "الاسم,الجوال,رقم الملف,ملاحظة\n\
    محمد,0501234567,A-1,\n\
    سعاد,12,,\n\
    ,0501234568,,\n\
    علي,0501230015 (أم محمد),A-1,=1+1\n\
    هند,0501234569,,\n";

async fn sent(desk: &Desk<'_>, query: &str, sheet: &str) -> serde_json::Value {
    let path = format!("/api/patients/bulk-upload{query}");
    desk.cloud.post(&path).as_(&desk.person).body("text/csv", sheet.to_owned()).expect(201).await
}

#[tokio::test]
async fn rows_are_repaired_and_left_out_before_anybody_is_added() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let upload = sent(&desk, "", FAULTY).await;
    let path = format!("/api/patients/bulk-upload/{}", upload["uploadId"].as_str().unwrap());
    assert_eq!(upload["counts"], json!({ "ready": 2, "warning": 0, "error": 3, "leftOut": 0 }));
    // A repaired row is judged as if it stood so in the file, and so are the others beside it.
    let repair = json!({ "rows": [
        { "row": 3, "phoneNumber": "٠٥٠١٢٣٤٥٧٠" },
        { "row": 4, "leaveOut": true },
        { "row": 5, "localId": "A-2", "cells": { "3": "واحد" } },
    ] });
    let changed = desk.put(&path, repair).header("if-match", "\"1\"").expect(200).await;
    assert_eq!(changed["counts"], json!({ "ready": 3, "warning": 1, "error": 0, "leftOut": 1 }));
    assert_eq!(changed["version"], 2);
    let rows = desk.all(&format!("{path}/rows?")).await;
    assert_eq!(rows[1]["phoneNumber"], "+966501234570");
    assert_eq!((&rows[2]["status"], &rows[3]["changed"]), (&json!("leftOut"), &json!(["localId", "metadata.ملاحظة"])));
    assert_eq!(rows[3]["metadata"], json!({ "الجوال": "أم محمد", "ملاحظة": "واحد" }));
    let warned = desk.all(&format!("{path}/rows?status=warning")).await;
    assert_eq!(warned.iter().map(|row| row["row"].as_u64().unwrap()).collect::<Vec<_>>(), [5]);
    // Null takes the cell as it stands in the file; a version that does not stand changes nothing.
    desk.put(&path, json!({ "rows": [{ "row": 3, "phoneNumber": null }] })).expect(200).await;
    assert_eq!(desk.get(&path).expect(200).await["counts"]["error"], 1);
    let stale = desk.put(&path, json!({ "rows": [{ "row": 5, "leaveOut": true }] })).header("if-match", "\"1\"");
    assert_eq!(stale.expect_errors(412).await[0].0, "StaleVersion");
    for (body, field) in [
        (json!({ "rows": [{ "row": 99, "leaveOut": true }] }), "rows[0].row"),
        (json!({ "rows": [{ "row": 3, "cells": { "9": "x" } }] }), "rows[0].cells"),
        (json!({ "columns": [{ "column": 9, "field": "ignored" }] }), "columns[0].column"),
    ] {
        assert_eq!(desk.put(&path, body).expect_errors(404).await, [("NotFound".to_owned(), field.to_owned())]);
    }
}

#[tokio::test]
async fn what_people_say_of_columns_is_remembered_in_their_clinic() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let branch = desk.post("/api/clinics", json!({ "name": "العليا", "slug": "olaya" })).expect(201).await;
    let branch = format!("clinicId={}", branch["id"].as_str().unwrap());
    let sheet = "المراجعة,تواصل الأهل\nسارة,0501234567\n";
    let refused = desk.cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet);
    assert_eq!(refused.expect_errors(422).await[0].0, "MissingColumns");
    let upload = sent(&desk, &format!("?askColumns=true&{branch}"), sheet).await;
    assert_eq!(upload["missing"], json!(["fullName", "phoneNumber"]));
    assert_eq!(
        upload["columns"][1],
        json!({
            "column": 1, "header": "تواصل الأهل", "field": "metadata", "samples": ["0501234567"],
        })
    );
    let path = format!("/api/patients/bulk-upload/{}", upload["uploadId"].as_str().unwrap());
    let columns = json!([{ "column": 0, "field": "fullName" }, { "column": 1, "field": "phoneNumber" }]);
    let chosen = desk.put(&path, json!({ "columns": columns })).expect(200).await;
    assert_eq!((&chosen["missing"], &chosen["counts"]["ready"]), (&json!([]), &json!(1)));
    let again = sent(&desk, &format!("?{branch}"), sheet).await;
    assert_eq!(again["counts"]["ready"], 1);
    let elsewhere = sent(&desk, "?askColumns=true", sheet).await;
    assert_eq!(elsewhere["missing"], json!(["fullName", "phoneNumber"]));
    let nowhere = format!("/api/patients/bulk-upload?clinicId={}", crate::world::missing_like(&branch[9..]));
    let nowhere = desk.cloud.post(&nowhere).as_(&desk.person).body("text/csv", sheet);
    assert_eq!(nowhere.expect_errors(404).await, [("NotFound".to_owned(), "clinicId".to_owned())]);
}

/// Of 5,000 rows each is reached, also of those with faults.
#[tokio::test]
async fn every_row_is_reached() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut sheet = String::from("الاسم,الجوال,ملاحظة\n");
    // With what is kept beside them they are more than an answer has room for.
    let note = "ملاحظة ".repeat(60);
    (0..5_000).for_each(|n| {
        let phone = if n % 4 == 0 { "12" } else { "0501234567" };
        sheet.push_str(&format!("{},{phone},{note}\n", name(n)));
    });
    let upload = sent(&desk, "", &sheet).await;
    let path = format!("/api/patients/bulk-upload/{}/rows", upload["uploadId"].as_str().unwrap());
    let errors = desk.all(&format!("{path}?status=error")).await;
    assert_eq!(errors.len(), 1_250);
    let first = desk.get(&path).expect(200).await;
    let shown = first["items"].as_array().unwrap().len();
    assert!(first["nextPage"].is_string() && shown < 5_000, "{shown} rows are in the first page");
    let rows: Vec<u64> = desk.all(&format!("{path}?")).await.iter().map(|row| row["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, (2..=5_001).collect::<Vec<_>>());
}

/// What is kept is shown whole: who repairs a row sends back what they saw.
#[tokio::test]
async fn kept_texts_are_shown_whole_in_the_rows() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let note = "حساسية ".repeat(60).trim().to_owned();
    let upload = sent(&desk, "", &format!("الاسم,الجوال,ملاحظة\nسارة,0501234567,{note}\n")).await;
    let rows = desk.all(&format!("/api/patients/bulk-upload/{}/rows?", upload["uploadId"].as_str().unwrap())).await;
    assert_eq!(rows[0]["metadata"]["ملاحظة"], note);
    assert_eq!(upload["sample"][0]["metadata"]["ملاحظة"], note);
}

/// Who may not see phones sends masked texts back: as they were shown they stay, and nothing else with hidden signs is kept.
#[tokio::test]
async fn what_was_shown_masked_stays_and_is_never_stored() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let sheet =
        "الاسم,الجوال,رقم الهوية,ملاحظة\nسارة 0509998877,0501234567,1012345678,\"الأم 501,234,568\"\n,05012345,,\n";
    let upload = sent(&desk, "", sheet).await;
    let path = format!("/api/patients/bulk-upload/{}", upload["uploadId"].as_str().unwrap());
    let member = desk.with(member_without_contact(&cloud, &desk.clinic).await);
    let rows = member.get(&format!("{path}/rows")).expect(200).await;
    let row = &rows["items"][0];
    assert_eq!(row["metadata"]["ملاحظة"], "الأم •••,••4,568");
    let change = json!({ "row": 2, "fullName": row["fullName"], "phoneNumber": row["phoneNumber"],
        "nationalId": row["nationalId"], "cells": { "3": row["metadata"]["ملاحظة"] } });
    let written = &rows["items"][1]["issues"].as_array().unwrap().iter().find(|issue| issue["field"] == "phoneNumber");
    let again = json!({ "row": 3, "phoneNumber": written.unwrap()["value"] });
    member.put(&path, json!({ "rows": [change, again] })).expect(200).await;
    let staged = desk.all(&format!("{path}/rows?")).await;
    assert_eq!((&staged[0]["phoneNumber"], &staged[0]["nationalId"]), (&json!("+966501234567"), &json!("1012345678")));
    assert!(staged.iter().all(|row| row["changed"].is_null()), "{staged:?}");
    for (change, field) in [
        (json!({ "row": 2, "phoneNumber": "•••••0000" }), "rows[0].phoneNumber"),
        (json!({ "row": 2, "fullName": "سارة علي ••••••8877" }), "rows[0].fullName"),
        (json!({ "row": 2, "cells": { "3": "الأب •••,••4,568" } }), "rows[0].cells.3"),
    ] {
        let refused = member.put(&path, json!({ "rows": [change] }));
        assert_eq!(refused.expect_errors(422).await, [("InvalidCharacters".to_owned(), field.to_owned())]);
    }
    // Who sees everything may write such a sign.
    desk.put(&path, json!({ "rows": [{ "row": 2, "cells": { "3": "• ربو" } }] })).expect(200).await;
    assert_eq!(desk.all(&format!("{path}/rows?")).await[0]["metadata"]["ملاحظة"], "• ربو");
}

/// In a row of which nothing is read nothing was shown.
#[tokio::test]
async fn what_looks_masked_is_refused_where_nothing_was_shown() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let upload = sent(&desk, "", "م,الاسم,الجوال\n1,سارة,0501234567\n2,,\n").await;
    let path = format!("/api/patients/bulk-upload/{}", upload["uploadId"].as_str().unwrap());
    let member = desk.with(member_without_contact(&cloud, &desk.clinic).await);
    let refused = member.put(&path, json!({ "rows": [{ "row": 3, "fullName": "سارة ••••••8877" }] }));
    assert_eq!(refused.expect_errors(422).await, [("InvalidCharacters".to_owned(), "rows[0].fullName".to_owned())]);
}

/// What a member of one branch says of a branch's columns is not said for another.
#[tokio::test]
async fn columns_are_remembered_only_where_who_says_so_is() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let branch = desk.post("/api/clinics", json!({ "name": "العليا", "slug": "olaya" })).expect(201).await;
    let branch = id(&branch["id"]);
    let other = desk.post("/api/clinics", json!({ "name": "الملز", "slug": "malaz" })).expect(201).await;
    let covered = Coverage::Only([id(&other["id"]).parse().unwrap()].into_iter().collect());
    let member = desk.with(cloud.member_in(&desk.clinic, Role::Moderator, covered).await);
    let sheet = "المراجعة,تواصل الأهل\nسارة,0501234567\n";
    for query in ["?askColumns=true".to_owned(), format!("?askColumns=true&clinicId={branch}")] {
        let upload = sent(&desk, &query, sheet).await;
        let path = format!("/api/patients/bulk-upload/{}", upload["uploadId"].as_str().unwrap());
        let columns = json!([{ "column": 0, "field": "fullName" }, { "column": 1, "field": "phoneNumber" }]);
        let chosen = member.put(&path, json!({ "columns": columns })).expect(200).await;
        assert_eq!(chosen["missing"], json!([]));
        let again = sent(&desk, &query, sheet).await;
        assert_eq!(again["missing"], json!(["fullName", "phoneNumber"]), "{query}");
    }
}

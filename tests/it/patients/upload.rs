//! `POST /api/patients/bulk-upload`. (What the sheets themselves may be is tested beside their reader.)

use dawr_testkit::TestCloud;
use serde_json::json;

use crate::desk::{Desk, name};

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

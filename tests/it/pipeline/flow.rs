//! The main job: a spreadsheet becomes a line, the line gets its messages, the ticks come back.

use dawr_testkit::TestCloud;
use serde_json::json;

use crate::{desk::Desk, world::id};

const SHEET: &str = "الاسم الكامل;رقم الجوال;رقم الملف\r\n\
    محمد أحمد الغامدي;٠٥٠١٢٣٤٥٦٧;A-1\r\n\
    نورة العتيبي;+966 50 765 4321;A-2\r\n\
    بلا رقم;;A-3\r\n\
    ;0509998877;A-4\r\n\
    فهد الحربي;0551112233;A-5\r\n";

#[tokio::test]
async fn from_a_spreadsheet_to_the_ticks() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", SHEET).expect(201).await;
    assert_eq!(upload["rows"], 5);
    let counts = &upload["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap();
    assert_eq!((count("ready") + count("warning"), count("error")), (3, 2), "{upload}");
    let line = format!("/api/queues/{queue}/patients");
    assert!(desk.all(&line).await.is_empty(), "nobody is added before the commit");

    let import = json!({ "uploadId": upload["uploadId"] });
    let imported = desk.post(&format!("{line}/bulk"), import.clone()).expect(201).await;
    assert_eq!((&imported["read"], &imported["added"]), (&json!(5), &json!(3)), "{imported}");
    let again = desk.post(&format!("{line}/bulk"), import).expect_errors(409).await;
    assert_eq!(again[0].0, "UploadUsed");
    let tickets = desk.all(&line).await;
    assert_eq!(tickets.len(), 3);

    let template = desk.template("مرحبًا {{patientName}}، رقمك {{ticketNumber}} وأمامك {{peopleAhead}}.").await;
    let preview = json!({ "templateId": template, "queueId": queue });
    let preview = desk.post("/api/messages/send-preview", preview).expect(200).await;
    assert_eq!(preview["ready"], 3);
    let sent = desk.post("/api/messages/send", json!({ "templateId": template, "queueId": queue })).expect(202).await;
    assert_eq!((&sent["queued"], sent["skipped"].as_array().unwrap().len()), (&json!(3), 0));
    assert!(cloud.received().await.is_empty(), "an endpoint sends nothing itself");

    cloud.settle().await;
    let received = cloud.received_by("+966501234567").await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].text, "مرحبًا محمد أحمد الغامدي، رقمك 1 وأمامك 0.");
    let previewed = preview["messages"][0]["text"].as_str().unwrap();
    assert_eq!(received[0].text, previewed, "what was previewed is what was sent");
    assert_eq!(cloud.received().await.len(), 3);
    let batch = desk.get(&format!("/api/batches/{}", id(&sent["batchId"]))).expect(200).await;
    assert_eq!((&batch["done"], &batch["counts"]["read"]), (&json!(true), &json!(3)), "{batch}");
    let message = desk.get(&format!("/api/messages/{}", id(&sent["messageIds"][0]))).expect(200).await;
    assert_eq!(message["attempts"].as_array().unwrap().len(), 1);
    for time in ["sentAt", "deliveredAt", "readAt"] {
        assert!(message[time].is_string(), "{time} of {message}");
    }
}

#[tokio::test]
async fn each_of_a_long_line_gets_one_message() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 120).await;
    let template = desk.template("أمامك {{peopleAhead}}.").await;
    let sent = desk.post("/api/messages/send", json!({ "templateId": template, "queueId": queue })).expect(202).await;
    assert_eq!((&sent["queued"], sent["messageIds"].as_array().unwrap().len()), (&json!(120), 120));
    cloud.settle().await;
    let received = cloud.received().await;
    let texts: std::collections::BTreeSet<_> = received.iter().map(|message| message.text.clone()).collect();
    let phones: std::collections::BTreeSet<_> = received.iter().map(|message| message.to.clone()).collect();
    assert_eq!((received.len(), texts.len(), phones.len()), (120, 120, 120));
    let batch = desk.get(&format!("/api/batches/{}", id(&sent["batchId"]))).expect(200).await;
    assert_eq!(batch["counts"]["read"], 120, "{batch}");
    // The ids that the answer foretold are the ids of the messages.
    desk.get(&format!("/api/messages/{}", id(&sent["messageIds"][119]))).expect(200).await;
}

#[tokio::test]
async fn of_a_large_batch_the_first_five_hundred_messages_are_named() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 510).await;
    let template = desk.template("نص").await;
    let sent = desk.sending(&template, &tickets).expect(202).await;
    let named = sent["messageIds"].as_array().unwrap();
    assert_eq!((&sent["queued"], named.len()), (&json!(510), 500));
    cloud.expand().await;
    assert_eq!(cloud.items_of("message").len(), 510);
    desk.get(&format!("/api/messages/{}", id(&named[499]))).expect(200).await;
}

//! `POST /api/messages/send-preview`, `POST /api/messages/send`, `GET /api/messages`, `GET /api/batches/{batchId}`

use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use super::meta::Meta;
use crate::{
    desk::{Desk, phone},
    world::{id, missing_like},
};

#[tokio::test]
async fn recipients_are_named_in_exactly_one_way() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 1).await;
    let template = desk.template("نص").await;
    let before = cloud.items();
    for wrong in [
        json!({ "templateId": template }),
        json!({ "templateId": template, "ticketIds": [] }),
        json!({ "templateId": template, "ticketIds": tickets, "queueId": queue }),
    ] {
        for path in ["/api/messages/send", "/api/messages/send-preview"] {
            assert_eq!(desk.post(path, wrong.clone()).expect_errors(422).await[0].0, "NoRecipients", "{wrong}");
        }
    }
    let many: Vec<_> = (0..5_001).map(|_| tickets[0].clone()).collect();
    let many = json!({ "templateId": template, "ticketIds": many });
    assert_eq!(desk.post("/api/messages/send", many).expect_errors(422).await[0].0, "TooManyRecipients");
    let channel = json!({ "templateId": template, "ticketIds": tickets, "channel": "sms" });
    assert_eq!(
        desk.post("/api/messages/send", channel).expect_errors(422).await,
        [("UnknownValue".into(), "channel".into())]
    );
    assert_eq!(cloud.items(), before);
}

#[tokio::test]
async fn who_gets_nothing_is_told_with_the_reason() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 3).await;
    let patients: Vec<String> = desk
        .all(&format!("/api/queues/{queue}/patients"))
        .await
        .iter()
        .map(|ticket| id(&ticket["patientId"]))
        .collect();
    cloud.reply(&desk.clinic, &phone(1), "STOP").await;
    cloud.settle().await;
    let template = desk.template("{{patientName}} {{clinicName}}").await;
    let missing = missing_like(&patients[0]);
    let ids = json!([patients[0], patients[1], patients[0], missing]);
    let body = json!({ "templateId": template, "patientIds": ids });
    let preview = desk.post("/api/messages/send-preview", body.clone()).expect(200).await;
    let sent = desk.post("/api/messages/send", body).expect(202).await;
    let codes = |skipped: &Value| -> Vec<String> {
        skipped.as_array().unwrap().iter().map(|skip| skip["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&sent["skipped"]), ["OptedOut", "Duplicate", "NotFound"]);
    assert_eq!(preview["skipped"], sent["skipped"], "a preview tells the same");
    let messages: Vec<_> = sent["skipped"].as_array().unwrap().iter().map(|skip| &skip["message"]).collect();
    let expected = [
        "The patient asked for no more messages.",
        "This recipient is named twice.",
        "There is no such patient or ticket.",
    ];
    assert_eq!(messages, expected);
    assert_eq!((&preview["ready"], &sent["queued"]), (&json!(1), &json!(1)));
    cloud.settle().await;
    assert_eq!(cloud.received_by(&phone(0)).await.len(), 1);
    assert_eq!(cloud.received_by(&phone(1)).await.len(), 1, "but for the word that they get no more");
    assert_eq!(cloud.received().await.len(), 2);
}

#[tokio::test]
async fn a_text_goes_as_it_is_within_the_window_and_as_an_approved_template_outside() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let template = desk.template("سطر\nوسطر {{patientName}}").await;
    cloud.reply(&desk.clinic, &phone(0), "أهلًا").await;
    cloud.settle().await;
    let body = json!({ "templateId": template, "ticketIds": tickets });
    let preview = desk.post("/api/messages/send-preview", body.clone()).expect(200).await;
    assert_eq!(
        (&preview["messages"][0]["form"], &preview["messages"][1]["form"]),
        (&json!("text"), &json!("template"))
    );
    desk.post("/api/messages/send", body.clone()).expect(202).await;
    cloud.settle().await;
    assert!(cloud.received_by(&phone(0)).await[0].text.starts_with("سطر\nوسطر"));
    cloud.advance(std::time::Duration::from_secs(24 * 60 * 60));
    let desk = desk.renewed();
    let preview = desk.post("/api/messages/send-preview", body).expect(200).await;
    assert_eq!(preview["messages"][0]["form"], "template", "the window is closed again");
}

/// What a person wrote to one number opens no window of another, and what WhatsApp says of a window counts for more than what is
/// known here: the next try goes through a template.
#[tokio::test]
async fn a_window_is_the_numbers_to_which_it_was_written() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let template = desk.template("نص {{patientName}}").await;
    let body = json!({ "templateId": template, "ticketIds": tickets });
    let forms = async || {
        let preview = desk.post("/api/messages/send-preview", body.clone()).expect(200).await;
        preview["messages"].as_array().unwrap().iter().map(|message| message["form"].clone()).collect::<Vec<_>>()
    };
    cloud.reply(&desk.clinic, &phone(0), "أهلًا").await;
    cloud.reply(&desk.clinic, &phone(1), "أهلًا").await;
    cloud.settle().await;
    assert_eq!(forms().await, ["text", "text"]);
    cloud.fault("error:131047", Some(&phone(1)), 1).await;
    desk.post("/api/messages/send", body.clone()).expect(202).await;
    cloud.settle().await;
    assert_eq!(forms().await, ["text", "template"]);
    let retried = desk.post("/api/tasks/retry", json!({ "filter": { "reason": "WindowClosed" } })).expect(202).await;
    assert_eq!(retried["retried"], 1);
    cloud.settle().await;
    assert_eq!(desk.all("/api/tasks/failed?pageSize=9").await.len(), 0);
    cloud.advance(std::time::Duration::from_secs(60));
    let number = "106540352242922";
    cloud.number_at_meta(number, "EAAG-a-token").await;
    let account = json!({ "phoneNumberId": number, "accessToken": "EAAG-a-token", "appSecret": "secret-secret",
        "verifyToken": "verify-verify", "noticeTemplate": { "name": "dawr_notice", "language": "ar" } });
    desk.put("/api/settings/whatsapp", account.clone()).expect(200).await;
    assert_eq!(forms().await, ["template", "template"], "nobody has written to this number");
    Meta::of(&desk).await.text(&phone(0), "1", "أهلًا").await;
    cloud.advance(std::time::Duration::from_secs(60));
    desk.put("/api/settings/whatsapp", account).expect(200).await;
    assert_eq!(forms().await, ["text", "template"], "the same number, connected anew");
    let shown = desk.get("/api/settings/whatsapp").expect(200).await;
    assert_eq!(shown["noticeTemplate"], json!({ "name": "dawr_notice", "language": "ar" }));
    assert!(shown["callbackUrl"].as_str().unwrap().ends_with("/api/webhooks/whatsapp"));
}

#[tokio::test]
async fn without_an_approved_template_nothing_goes_outside_the_window() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 1).await;
    let template = desk.template("نص").await;
    let number = cloud.whatsapp(&desk.clinic).await;
    let account = json!({
        "phoneNumberId": number.phone_number_id, "accessToken": number.access_token, "appSecret": number.app_secret,
        "verifyToken": "verify-me",
    });
    desk.put("/api/settings/whatsapp", account).expect(200).await;
    let sent = desk.sending(&template, &tickets).expect(202).await;
    assert_eq!((&sent["queued"], &sent["skipped"][0]["code"]), (&json!(0), &json!("WindowClosed")));
    cloud.reply(&desk.clinic, &phone(0), "أهلًا").await;
    cloud.settle().await;
    assert_eq!(desk.sending(&template, &tickets).expect(202).await["queued"], 1);
}

#[tokio::test]
async fn messages_are_listed_by_what_is_asked() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let (first, second) = (desk.queue("د. ليلى").await, desk.queue("د. سلمى").await);
    let template = desk.template("نص {{ticketNumber}}").await;
    let one = desk.crowd(&first, 3).await;
    let started = cloud.clock().now();
    desk.sending(&template, &one).expect(202).await;
    cloud.settle().await;
    cloud.advance(std::time::Duration::from_secs(60));
    let middle = cloud.clock().now();
    let two = desk.crowd(&second, 2).await;
    cloud.fault("error:131026", Some(&phone(0)), 1).await;
    let batch = id(&desk.sending(&template, &two).expect(202).await["batchId"]);
    cloud.settle().await;
    for (query, count) in [
        ("", 5),
        ("status=failed", 1),
        ("status=read", 4),
        (&format!("queueId={first}"), 3),
        (&format!("queueId={second}&status=read"), 1),
        (&format!("batchId={batch}"), 2),
        (&format!("from={middle}"), 2),
        (&format!("to={middle}"), 3),
        (&format!("from={started}&to={middle}"), 3),
    ] {
        assert_eq!(desk.all(&format!("/api/messages?{query}")).await.len(), count, "{query}");
    }
    for wrong in ["status=lost", "from=yesterday", "queueId=que_1", "batchId=x"] {
        desk.get(&format!("/api/messages?{wrong}")).expect_errors(422).await;
    }
}

#[tokio::test]
async fn what_is_not_found_is_named_by_its_field() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let template = desk.template("نص").await;
    let other = Desk::open(&cloud, "al-noor").await;
    let (foreign_queue, foreign_template) = (other.queue("د. سارة").await, other.template("نص").await);
    for path in ["/api/messages/send", "/api/messages/send-preview"] {
        let refused = async |template: &str, queue: &str| {
            desk.post(path, json!({ "templateId": template, "queueId": queue })).expect_errors(404).await
        };
        for unknown in [missing_like(&template), foreign_template.clone()] {
            assert_eq!(refused(&unknown, &queue).await, [("NotFound".into(), "templateId".into())]);
        }
        for unknown in [missing_like(&queue), foreign_queue.clone()] {
            assert_eq!(refused(&template, &unknown).await, [("NotFound".into(), "queueId".into())]);
        }
    }
    let ticket = desk.crowd(&queue, 1).await.remove(0);
    let moving = |ticket: &str| desk.post("/api/tickets/reorder", json!({ "ticketId": ticket, "targetPosition": 1 }));
    assert_eq!(moving(&missing_like(&ticket)).expect_errors(404).await, [("NotFound".into(), "ticketId".into())]);
    let upload = json!({ "uploadId": "upl_00000000000000000000000000" });
    let adding = desk.post(&format!("/api/queues/{queue}/patients/bulk"), upload);
    assert_eq!(adding.expect_errors(404).await, [("NotFound".into(), "uploadId".into())]);
    let switching = desk.post("/api/auth/switch", json!({ "tenantId": other.clinic.tenant }));
    assert_eq!(switching.expect_errors(404).await, [("NotFound".into(), "tenantId".into())]);
    let clinic = json!({ "tenantId": desk.clinic.tenant, "clinicId": "cli_00000000000000000000000000" });
    assert_eq!(
        desk.post("/api/auth/switch", clinic).expect_errors(404).await,
        [("NotFound".into(), "clinicId".into())]
    );
}
